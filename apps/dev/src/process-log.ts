import { createWriteStream, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { shortPath, type Terminal } from "./terminal.ts";

/** Where the lines of one process go: all of them to its file, the important ones to the terminal. */
export interface ProcessLog {
  /** Reads a stream to its end. */
  read(stream: Readable): void;
  /** The file, as a person would name it from where they are. */
  readonly path: string;
  /** The newest lines as text, for the message when the process dies. */
  tail(): readonly string[];
  close(): Promise<void>;
}

export interface ProcessLogOptions {
  readonly name: string;
  readonly directory: string;
  readonly verbose: boolean;
  readonly terminal: Terminal;
}

const tailLines = 8;

export function openProcessLog({ name, directory, verbose, terminal }: ProcessLogOptions): ProcessLog {
  mkdirSync(directory, { recursive: true });
  // From the beginning each time: the file is for the run at hand and must not grow for months.
  const path = join(directory, `${name}.log`);
  const file = createWriteStream(path, { flags: "w", mode: 0o600 });
  // A full disk must not stop the hub; the terminal still shows what matters.
  file.on("error", () => undefined);
  const tail: string[] = [];

  function take(line: string): void {
    file.write(`${line}\n`);
    if (line.trim() === "") return;
    const entry = parseEntry(line);
    tail.push(describe(entry));
    if (tail.length > tailLines) tail.shift();
    if (verbose || isImportant(entry)) terminal.say(name, paint(entry, terminal));
  }
  return {
    read: (stream) => void createInterface({ input: stream }).on("line", take),
    path: shortPath(path),
    tail: () => tail,
    close: () => new Promise((resolve) => file.end(resolve)),
  };
}

interface Entry {
  readonly level: string;
  readonly message: string;
  readonly fields: string;
}

/** A line that is not JSON is somebody shouting on stderr: shown as it is, without a level. */
function parseEntry(line: string): Entry {
  try {
    const {
      level,
      msg,
      time: _time,
      app: _app,
      pid: _pid,
      err,
      // Twenty lines in one; the file has it.
      stack: _stack,
      ...fields
    } = JSON.parse(line) as Record<string, unknown>;
    const error = (err as { message?: unknown } | undefined)?.message;
    const all = Object.entries({ ...fields, ...(error !== undefined && { error }) });
    return {
      level: String(level),
      message: String(msg),
      fields: all.map(([key, value]) => pair(key, value)).join(" "),
    };
  } catch {
    return { level: "", message: line, fields: "" };
  }
}

function pair(key: string, value: unknown): string {
  return `${key}=${typeof value === "string" && !value.includes(" ") ? value : JSON.stringify(value)}`;
}

function isImportant({ level }: Pick<Entry, "level">): boolean {
  return ["warn", "error", "fatal", ""].includes(level);
}

function describe({ level, message, fields }: Entry): string {
  return [level, message, fields].filter((part) => part !== "").join(" ");
}

function paint({ level, message, fields }: Entry, { colors }: Terminal): string {
  if (level === "") return colors.red(message);
  const paintLevel = level === "warn" ? colors.yellow : isImportant({ level }) ? colors.red : colors.dim;
  return [paintLevel(level.padEnd(5)), message, colors.dim(fields)].join(" ").trimEnd();
}

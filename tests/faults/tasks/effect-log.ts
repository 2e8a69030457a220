import { openSync, readFileSync, writeSync } from "node:fs";

/** What a handler under attack says of itself. */
export interface Effect {
  readonly kind: "start" | "effect" | "end";
  readonly atMs: number;
  readonly task: string;
  readonly group: string;
  /** Of the execution: grows with each of the same task. */
  readonly token: string;
  readonly pid: number;
  /** What the scenario calls the task. */
  readonly name: string;
}

const files = new Map<string, number>();

/**
 * One line at the end of a file all workers share. Appending is one system call, so the order of the lines is the order in
 * which things happened, over all processes, and neither a SIGKILL nor an outage of Redis takes a line back.
 */
export function noteEffect(path: string, effect: Omit<Effect, "atMs" | "pid">): void {
  const file = files.get(path) ?? openSync(path, "a");
  files.set(path, file);
  writeSync(file, `${JSON.stringify({ ...effect, atMs: Date.now(), pid: process.pid })}\n`);
}

export function readEffects(path: string): readonly Effect[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Effect);
}

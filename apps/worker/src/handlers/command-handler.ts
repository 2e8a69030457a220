import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import type { Logger } from "@switchyard/runtime/logger";
import type { Attempt, Outcome, RunAttempt } from "@switchyard/tasks/task-worker";
import { parseCommandLine } from "./command-line.ts";
import { describeTask } from "./describe-task.ts";
import { endProcessGroup } from "./end-process-group.ts";
import { readLines } from "./read-lines.ts";

export interface CommandHandlerOptions {
  /** Program and arguments; no shell is involved. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
}

/** A process that has ended but whose children still hold its output open is waited for so long. */
const closeMs = 1_000;
/** From SIGTERM to SIGKILL; shorter than what the queue grants an aborted attempt. */
const killMs = 3_000;

/**
 * A program in any language, one process per attempt, in a process group of its own.
 *
 *   stdin   one line of JSON, then the end: `{"id","handler","data","group","attempt","token"}`
 *   stdout  lines of JSON: `{"progress":50,"message":"…"}` any number of times, `{"result":…}` once; the last one counts.
 *           Other lines are for the log
 *   stderr  for the log; its last line explains a failure
 *   exit    0: succeeded, with null when no result was written. Anything else: a failed attempt
 *
 * On timeout, and when the worker must stop, the whole group gets SIGTERM and 3 s later SIGKILL. The program inherits the
 * environment less our own `SWITCHYARD_*` variables, which hold secrets. A worker that is itself killed cannot end its
 * programs; one that goes on to change things elsewhere can be told from the newer attempt by its lower token.
 */
export function createCommandHandler({ command, cwd, environment, logger }: CommandHandlerOptions): RunAttempt {
  const [program = "", ...programArguments] = command;
  const env = Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("SWITCHYARD_")));
  return async (attempt) => {
    const own = logger.child({ handler: attempt.task.handler, taskId: attempt.task.id, attempt: attempt.number });
    const child = spawn(program, programArguments, { cwd, env, detached: true });
    // A program that ends without reading its task closes the pipe under us; its exit says what happened.
    child.stdin.on("error", () => undefined);
    child.stdin.end(`${describeTask(attempt)}\n`);
    const abort = () => endProcessGroup(child, killMs);
    attempt.signal.addEventListener("abort", abort, { once: true });
    if (attempt.signal.aborted) abort();
    try {
      return await follow(child, attempt, { program, logger: own });
    } finally {
      attempt.signal.removeEventListener("abort", abort);
    }
  };
}

async function follow(
  child: ChildProcessWithoutNullStreams,
  attempt: Attempt,
  { program, logger }: { program: string; logger: Logger },
): Promise<Outcome> {
  let result: unknown = null;
  let lastError = "";
  let isTooLong = false;
  const onTooLong = () => {
    isTooLong = true;
    endProcessGroup(child, killMs);
  };
  readLines(child.stdout, onTooLong, (text) => {
    const line = parseCommandLine(text);
    if (line === undefined) logger.debug({ stream: "stdout", text }, "handler output");
    else if (line.kind === "progress") attempt.progress(line.percent, line.message);
    else result = line.result;
  });
  readLines(child.stderr, onTooLong, (text) => {
    logger.debug({ stream: "stderr", text }, "handler output");
    if (text.trim() !== "") lastError = text.trim();
  });
  const end = await ended(child);
  if (isTooLong) return failed("result_too_large", "a line of its output is longer than 1 MiB", true);
  if ("error" in end) return failed("handler_failed", `cannot start ${program}: ${describeSpawnError(end.error)}`);
  if (end.code === 0) return { kind: "succeeded", result };
  const how = end.code === null ? `was ended by ${end.signal}` : `exited with code ${end.code}`;
  return failed("handler_failed", lastError === "" ? `${program} ${how}` : `${program} ${how}: ${lastError}`);
}

type End = { readonly code: number | null; readonly signal: NodeJS.Signals | null } | { readonly error: Error };

function ended(child: ChildProcessWithoutNullStreams): Promise<End> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ error }));
    // `close` comes when the output is read to its end, `exit` when the process is gone; wanted is the first after the second.
    child.once("close", (code, signal) => resolve({ code, signal }));
    child.once("exit", (code, signal) => {
      setTimeout(() => {
        resolve({ code, signal });
        child.stdout.destroy();
        child.stderr.destroy();
      }, closeMs).unref();
    });
  });
}

function failed(code: string, message: string, final = false): Outcome {
  return { kind: "failed", code, message, final };
}

function describeSpawnError(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "ENOENT":
      return "no such program, or its working directory does not exist";
    case "EACCES":
      return "it is not executable";
    default:
      return error.message;
  }
}

import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { cutText } from "@switchyard/runtime/cut-text";
import { errorText } from "@switchyard/runtime/error-text";
import type { Logger } from "@switchyard/runtime/logger";
import type { TaskFailureCode } from "@switchyard/tasks/task";
import type { Attempt, Outcome, RunAttempt } from "@switchyard/tasks/task-worker";
import { createMarker, endProcesses } from "./attempt-processes.ts";
import { mayBeCommandLine, parseCommandLine } from "./command-line.ts";
import { describeTask } from "./task-exchange.ts";
import { createFailureNotes, type FailureNotes } from "./explain-failure.ts";
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
/** Bytes of a line of JSON for us. */
const lineMaxBytes = 1_048_576;
/** Of a line for the log. */
const textMaxBytes = 4_096;

/**
 * A program in any language, one process per attempt, in a process group and a session of its own.
 *
 *   stdin   one line of JSON, then the end: `{"id","handler","data","group","attempt","token"}`
 *   stdout  lines of JSON: `{"progress":50,"message":"…"}` any number of times, `{"result":…}` once; the last one counts.
 *           Other lines are for the log
 *   stderr  for the log; PHP's fatal error in it, else its last line, explains a failure
 *   exit    0: succeeded, with null when no result was written. Anything else: a failed attempt, which is logged
 *
 * However the attempt ends, what the program has started ends with it ({@link endProcesses}); on timeout, and when the worker
 * must stop, the program itself does. It inherits the environment less our own `SWITCHYARD_*` variables, which hold secrets.
 * A worker that is itself killed cannot end its programs; one that goes on to change things elsewhere can be told from the
 * newer attempt by its lower token.
 */
export function createCommandHandler({ command, cwd, environment, logger }: CommandHandlerOptions): RunAttempt {
  const [program = "", ...programArguments] = command;
  const inherited = Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("SWITCHYARD_")));
  let isMissingResultTold = false;
  return async (attempt) => {
    const own = logger.child({ handler: attempt.task.handler, taskId: attempt.task.id, attempt: attempt.number });
    const { marker, environment: marked } = createMarker();
    const child = spawn(program, programArguments, { cwd, env: { ...inherited, ...marked }, detached: true });
    let ending: Promise<void> | undefined;
    const endAll = () =>
      (ending ??= child.pid === undefined ? undefined : endProcesses({ leader: child.pid, marker }, killMs));
    const abort = () => void endAll();
    attempt.signal.addEventListener("abort", abort, { once: true });
    if (attempt.signal.aborted) abort();
    // A program that ends without reading its task closes the pipe under us; its exit says what happened.
    child.stdin.on("error", () => undefined);
    child.stdin.end(`${describeTask(attempt)}\n`);
    const notes = createFailureNotes();
    try {
      const outcome = await follow(child, attempt, { program, notes, logger: own, stop: abort });
      if (outcome.kind === "failed")
        return notes.tail.length > 0 ? { ...outcome, detail: { stderr: notes.tail } } : outcome;
      if (outcome.result === undefined && notes.hasText && !isMissingResultTold) {
        // Many programs print what they do; once is enough.
        isMissingResultTold = true;
        own.warn('succeeded with null: it wrote text, and no line of JSON like {"result":…} (told once per handler)');
      }
      return { ...outcome, result: outcome.result ?? null };
    } finally {
      attempt.signal.removeEventListener("abort", abort);
      // Before the end is told: the next task of the group must not meet what is left of this one.
      await endAll();
    }
  };
}

interface FollowOptions {
  readonly program: string;
  readonly notes: FailureNotes;
  readonly logger: Logger;
  readonly stop: () => void;
}

async function follow(
  child: ChildProcessWithoutNullStreams,
  attempt: Attempt,
  options: FollowOptions,
): Promise<Outcome> {
  const { program, notes, logger, stop } = options;
  let result: unknown;
  let isTooLong = false;
  let isProblemTold = false;
  let problem: string | undefined;
  const log = (stream: string, text: string) => {
    logger.debug({ stream, text: cutText(text, textMaxBytes) }, "handler output");
    attempt.log(text);
  };
  readLines(child.stdout, {
    maxBytes: lineMaxBytes,
    onLine({ text, isCut, isUtf8 }) {
      const line = isCut ? undefined : parseCommandLine({ text, isUtf8 });
      if (line?.kind === "progress") {
        attempt.progress(line.percent, line.message);
        if (line.problem !== undefined && !isProblemTold) {
          isProblemTold = true;
          logger.warn({ problem: line.problem }, "progress kept without its message");
        }
      } else if (line?.kind === "result") result = line.result;
      else if (line?.kind === "unreadable") problem = line.problem;
      else if (isCut && mayBeCommandLine(text)) {
        isTooLong = true;
        stop();
      } else {
        notes.stdout(text);
        log("stdout", text);
      }
    },
  });
  readLines(child.stderr, {
    maxBytes: textMaxBytes,
    onLine({ text }) {
      log("stderr", text);
      notes.stderr(text);
    },
  });
  const end = await ended(child);
  if (isTooLong) return failed("result_too_large", "a line of JSON it wrote is longer than 1 MiB", true);
  if ("error" in end) return failed("handler_failed", `cannot start ${program}: ${describeSpawnError(end.error)}`);
  if (end.code === 0 && problem !== undefined) return failed("result_unserialisable", problem, true);
  if (end.code === 0) return { kind: "succeeded", result };
  const how = end.code === null ? `was ended by ${end.signal}` : `exited with code ${end.code}`;
  const reason = notes.reason();
  return failed("handler_failed", errorText(reason === "" ? `${program} ${how}` : `${program} ${how}: ${reason}`));
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

function failed(code: TaskFailureCode, message: string, final = false): Outcome {
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

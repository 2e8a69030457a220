import { cutText } from "@switchyard/runtime/cut-text";
import type { PastAttempt } from "../past-attempt.ts";
import type { AttemptLog } from "./attempt-log.ts";
import type { NextState } from "./next-state.ts";
import type { Ending } from "./run-within.ts";

/** What is written of an attempt; when it ended, Redis' clock says. */
export type AttemptNote = Omit<PastAttempt, "startedAtMs" | "endedAtMs"> & { readonly ranMs: number };

export interface NotedAttempt {
  readonly number: number;
  readonly next: NextState;
  /** Absent when its handler was never called. */
  readonly ending?: Ending;
  readonly worker: string;
  readonly log: AttemptLog;
}

const messageMaxLength = 500;
const placeMaxLength = 300;

/**
 * The text that travels with the end of an attempt, `<how many are kept> <note>`; undefined where there is nothing to write: the usual one,
 * which succeeds at once, costs nothing more.
 */
export function noteAttempt(attempt: NotedAttempt, kept: number): string | undefined {
  const { number, next, ending, worker, log } = attempt;
  if (kept === 0 || (next.status === "succeeded" && number === 1)) return undefined;
  const isSuccess = next.status === "succeeded";
  const error = "error" in next ? { ...next.error, message: cutText(next.error.message, messageMaxLength) } : null;
  const note: AttemptNote = {
    number,
    outcome: outcomes[next.status],
    worker,
    error,
    place: ending?.kind === "failed" ? placeOf(ending.detail?.["stack"]) : null,
    ranMs: log.ranMs(),
    log: isSuccess ? [] : log.lines,
    logDropped: isSuccess ? 0 : log.dropped,
  };
  return `${kept} ${JSON.stringify(note)}`;
}

const outcomes = {
  succeeded: "succeeded",
  failed: "failed",
  retrying: "failed",
  queued: "handed_back",
  cancelled: "cancelled",
} as const satisfies Record<NextState["status"], PastAttempt["outcome"]>;

/** The first line of a stack that is neither Node's nor a package's: what its author can open and read. */
function placeOf(stack: unknown): string | null {
  if (typeof stack !== "string") return null;
  const frames = stack.split("\n").flatMap((line) => /^\s+at (.+)$/.exec(line)?.[1] ?? []);
  const own = frames.find((frame) => !/(?:^|\()node:|\/node_modules\/|<anonymous>/.test(frame));
  return own === undefined ? null : cutText(own.replace("file://", ""), placeMaxLength);
}

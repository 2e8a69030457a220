import { cutText } from "@switchyard/runtime/cut-text";

/**
 * What somebody has done to a task that had failed for good: kept among the notes of its attempts, for as long as these. Attempts that ended
 * before a `retry` are those of an earlier life, with numbers of their own.
 */
export interface PastAct {
  readonly act: "retry" | "discard";
  readonly askedAtMs: number;
  /** Whose act it was, a person or an API key; null: nobody said, as dashboards and BullMQ clients do not. */
  readonly by: string | null;
  readonly reason: string | null;
}

/** For whoever looks at it later: at most 500 characters why, and 100 by whom. */
export interface ActNote {
  readonly reason?: string | undefined;
  readonly by?: string | undefined;
}

/** As it is written; when it was, Redis' clock says. */
export function noteAct(act: PastAct["act"], { by, reason }: ActNote = {}): string {
  const told = { by: by && cutText(by, 100), reason: reason && cutText(reason, 500) };
  return JSON.stringify({ act, ...told });
}

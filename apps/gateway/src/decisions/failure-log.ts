import type { Failure, FailureReason } from "@switchyard/decisions/decision";
import type { Logger } from "@switchyard/runtime/logger";

const quietMs = 10_000;

interface Told {
  atMs: number;
  /** Since then, and not told. */
  more: number;
}

/**
 * Tells of questions that had no answer: of each reason the first at once, then one in ten seconds with how many there were. A back end
 * that is down fails thousands of times a second, and lines about it cost more than the failures.
 */
export class FailureLog {
  readonly #logger: Pick<Logger, "warn">;
  readonly #now: () => number;
  readonly #told = new Map<FailureReason, Told>();

  constructor(logger: Pick<Logger, "warn">, now: () => number = () => performance.now()) {
    this.#logger = logger;
    this.#now = now;
  }

  tell(labels: Readonly<Record<string, string>>, { reason, detail }: Failure): void {
    // Those who are gone are no fault of anybody's.
    if (reason === "aborted") return;
    const told = this.#told.get(reason);
    const nowMs = this.#now();
    if (told !== undefined && nowMs - told.atMs < quietMs) {
      told.more++;
      return;
    }
    const more = told?.more ?? 0;
    this.#told.set(reason, { atMs: nowMs, more: 0 });
    this.#logger.warn({ ...labels, reason, detail, ...(more === 0 ? {} : { more }) }, "a hook has no answer");
  }
}

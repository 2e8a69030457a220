import type { Failure } from "@switchyard/decisions/decision";
import type { Logger } from "@switchyard/runtime/logger";

const quietMs = 10_000;

interface Told {
  atMs: number;
  /** Since then, and not told. */
  more: number;
}

export interface FailureLogOptions {
  /** What is asked, as the lines call it. */
  readonly subject: "a hook" | "an rpc";
  /** What is asked, and whom; on every line. */
  readonly labels: Readonly<Record<string, string>>;
  readonly logger: Pick<Logger, "warn">;
  readonly now?: () => number;
}

/**
 * Tells of questions that had no answer, and of answers that clients are not told as they are: of each reason the first at once, then one
 * in ten seconds with how many there were. A back end that is down fails thousands of times a second, and lines about it cost more than
 * the failures.
 */
export class FailureLog {
  readonly #options: FailureLogOptions;
  readonly #now: () => number;
  readonly #told = new Map<string, Told>();

  constructor(options: FailureLogOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** @param about which question it was */
  tell({ reason, detail }: Pick<Failure, "reason" | "detail">, about: Readonly<Record<string, string>> = {}): void {
    // Those who are gone are no fault of anybody's.
    if (reason === "aborted") return;
    this.#tellSeldom(reason, { ...about, reason, detail }, "got no answer that can be used");
  }

  /** A client was told another code than its back end said. */
  tellReplaced(saidCode: number, code: number): void {
    this.#tellSeldom(
      "code",
      { saidCode, code },
      "answered a code that is none of a back end's, and its client was told another",
    );
  }

  #tellSeldom(key: string, fields: object, message: string): void {
    const { logger, labels, subject } = this.#options;
    const told = this.#told.get(key);
    const nowMs = this.#now();
    if (told !== undefined && nowMs - told.atMs < quietMs) {
      told.more++;
      return;
    }
    const more = told?.more ?? 0;
    this.#told.set(key, { atMs: nowMs, more: 0 });
    logger.warn({ ...labels, ...fields, ...(more === 0 ? {} : { more }) }, `${subject} ${message}`);
  }
}

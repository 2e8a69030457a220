import type { Failure } from "@switchyard/decisions/decision";
import type { Logger } from "@switchyard/runtime/logger";

const quietMs = 10_000;

interface Told {
  atMs: number;
  /** Since then, and not told. */
  more: number;
}

type Fields = Readonly<Record<string, string | number | undefined>>;

/**
 * Tells of questions that had no answer, or one that nobody can be told: of each reason the first at once, then one in ten seconds with how many
 * there were. A back end that is down fails thousands of times a second, and lines about it cost more than the failures.
 */
export class FailureLog {
  readonly #logger: Pick<Logger, "warn">;
  readonly #now: () => number;
  /** By reason, which are few. */
  readonly #told = new Map<string, Told>();

  constructor(logger: Pick<Logger, "warn">, now: () => number = () => performance.now()) {
    this.#logger = logger;
    this.#now = now;
  }

  tell(labels: Fields, { reason, detail }: Failure): void {
    // Those who are gone are no fault of anybody's.
    if (reason !== "aborted") this.#say(reason, { ...labels, reason, detail }, "a hook got no answer that can be used");
  }

  /** A client was told another code than its back end said. */
  tellReplaced(labels: Fields, saidCode: number, code: number): void {
    this.#say(
      "code",
      { ...labels, saidCode, code },
      "a hook answered a code that is none of a back end's, and its client was told another",
    );
  }

  #say(kind: string, fields: Fields, message: string): void {
    const told = this.#told.get(kind);
    const nowMs = this.#now();
    if (told !== undefined && nowMs - told.atMs < quietMs) {
      told.more++;
      return;
    }
    const more = told?.more ?? 0;
    this.#told.set(kind, { atMs: nowMs, more: 0 });
    this.#logger.warn({ ...fields, ...(more === 0 ? {} : { more }) }, message);
  }
}

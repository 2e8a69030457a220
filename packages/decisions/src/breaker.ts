/** Seconds that are looked back upon. */
const windowSeconds = 10;
/** Fewer calls say nothing. */
const callsMin = 20;
const failedShare = 0.5;
const openMinMs = 1_000;
const openMaxMs = 30_000;
/** Of the time it stays open: many gateways must not probe together. */
const jitter = 0.2;

export interface BreakerOptions {
  /** Milliseconds that never go back. */
  readonly now?: () => number;
  readonly random?: () => number;
}

interface Second {
  at: number;
  calls: number;
  failed: number;
}

/** `call`: go on; `probe`: the same, and on its outcome depends what comes; `open`: do not ask now. */
export type Pass = "call" | "probe" | "open";

/**
 * Stops asking a back end that does not answer, so that clients are told at once what they would be told at the deadline, and a back end that
 * struggles gets room. It opens when at least {@link callsMin} calls in ten seconds were made and half of them failed; then one call at a time probes,
 * and the first one that is answered closes it.
 *
 * What leaves its asker without an answer counts: deadlines, broken connections, statuses of 500 and more, and what cannot be used, such as an empty
 * answer or HTML. A "no" and a status of 400 to 499 are answers.
 *
 * It is kept per process. Counted for the whole fleet it would cost every call a round trip to Redis, and a gateway that cannot reach
 * a back end would close the way for those that can.
 */
export class Breaker {
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #seconds: Second[] = Array.from({ length: windowSeconds }, () => ({ at: -1, calls: 0, failed: 0 }));
  #openUntilMs = 0;
  #openMs = 0;
  #isProbing = false;

  constructor({ now = () => performance.now(), random = Math.random }: BreakerOptions = {}) {
    this.#now = now;
    this.#random = random;
  }

  get isOpen(): boolean {
    return this.#openMs > 0;
  }

  enter(): Pass {
    if (!this.isOpen) return "call";
    if (this.#isProbing || this.#now() < this.#openUntilMs) return "open";
    this.#isProbing = true;
    return "probe";
  }

  /** @param outcome `none`: it came to nothing, because whoever asked is gone */
  left(pass: Exclude<Pass, "open">, outcome: "answered" | "failed" | "none"): void {
    if (pass === "probe") this.#probed(outcome);
    else if (outcome !== "none") this.#count(outcome === "failed");
  }

  #probed(outcome: "answered" | "failed" | "none"): void {
    this.#isProbing = false;
    if (outcome === "failed") return this.#open();
    if (outcome === "none") return;
    this.#openMs = 0;
    for (const second of this.#seconds) second.at = -1;
  }

  #count(isFailed: boolean): void {
    // What was begun before it opened says nothing new.
    if (this.isOpen) return;
    const at = Math.floor(this.#now() / 1_000);
    const second = this.#seconds[at % windowSeconds];
    if (second === undefined) return;
    if (second.at !== at) Object.assign(second, { at, calls: 0, failed: 0 });
    second.calls++;
    if (!isFailed) return;
    second.failed++;
    if (this.#isBad(at)) this.#open();
  }

  #isBad(at: number): boolean {
    let [calls, failed] = [0, 0];
    for (const second of this.#seconds) {
      if (second.at <= at - windowSeconds || second.at < 0) continue;
      calls += second.calls;
      failed += second.failed;
    }
    return calls >= callsMin && failed >= calls * failedShare;
  }

  #open(): void {
    this.#openMs = Math.min(openMaxMs, Math.max(openMinMs, this.#openMs * 2));
    const spread = 1 + jitter * (2 * this.#random() - 1);
    this.#openUntilMs = this.#now() + this.#openMs * spread;
  }
}

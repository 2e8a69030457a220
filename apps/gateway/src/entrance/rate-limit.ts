/** So many per second in the long run, and `burst` at once after a quiet time. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * A token bucket as one number: the time at which the bucket would be full again (the generic cell rate algorithm). Two words
 * of memory, so every connection can have one, and no timer refills it.
 */
export class RateLimit {
  readonly #rate: Rate;
  #fullAtMs = 0;

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** Takes one; false when there is none left, and then nothing is taken. */
  take(nowMs: number): boolean {
    const { perSecond, burst } = this.#rate;
    const costMs = 1_000 / perSecond;
    const fullAtMs = Math.max(this.#fullAtMs, nowMs) + costMs;
    if (fullAtMs - nowMs > burst * costMs) return false;
    this.#fullAtMs = fullAtMs;
    return true;
  }
}

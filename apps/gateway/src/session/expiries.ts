/** Something that ends by itself: a session or a subscription whose token has run out. */
export interface Expirable {
  expire(): void;
}

/**
 * A deadline is put in the step before its own, because the tick that ends a step may come at the very end of it. So what
 * expires ends up to two steps before its deadline, and outlives it by no more than the timer is late. A deadline that is
 * less than two steps away, or past, when it is set is put in the next step: it ends less than two steps later, which may be
 * after it. With a grace of 25 s, the default, no deadline is that near.
 */
const stepMs = 250;

/**
 * Ends what has expired, with one timer for the whole process. Deadlines are kept by step of the clock, so a step costs what
 * ends in it and nothing else; what does not expire costs nothing, and a timer per connection would cost more than the
 * rest of an idle one together.
 */
export class Expiries {
  readonly #steps = new Map<number, Set<Expirable>>();
  readonly #stepOf = new Map<Expirable, number>();
  readonly #now: () => number;
  #done: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#done = stepAt(now());
  }

  start(): void {
    this.#timer = setInterval(() => this.run(), stepMs);
  }

  /** Ends it `graceMs` after it has expired, unless set anew by then; undefined: it does not expire. */
  set(target: Expirable, expiresAtMs: number | undefined, graceMs: number): void {
    this.delete(target);
    if (expiresAtMs === undefined) return;
    // A deadline in the past is for the next step, or it would be put where nobody looks again.
    const step = Math.max(stepAt(expiresAtMs + graceMs) - 1, this.#done + 1);
    const targets = this.#steps.get(step) ?? new Set();
    this.#steps.set(step, targets.add(target));
    this.#stepOf.set(target, step);
  }

  delete(target: Expirable): void {
    const step = this.#stepOf.get(target);
    if (step === undefined) return;
    this.#stepOf.delete(target);
    const targets = this.#steps.get(step);
    targets?.delete(target);
    if (targets?.size === 0) this.#steps.delete(step);
  }

  /** Ends everything that is due; called by the timer. */
  run(): void {
    const due = stepAt(this.#now());
    // After a suspended hour the steps in between are many and almost all empty; then look at those that exist.
    const passed = due - this.#done;
    const steps =
      passed > this.#steps.size ? [...this.#steps.keys()].filter((step) => step <= due) : range(this.#done + 1, due);
    this.#done = Math.max(this.#done, due);
    for (const step of steps) {
      const targets = this.#steps.get(step) ?? [];
      this.#steps.delete(step);
      for (const target of targets) {
        this.#stepOf.delete(target);
        target.expire();
      }
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

function stepAt(timeMs: number): number {
  return Math.floor(timeMs / stepMs);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

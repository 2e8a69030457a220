/**
 * Ends of attempts on their way to Redis. Those that come in one turn of the event loop go as one script, a few at a time: what
 * a script costs besides its work, its parsing, its functions, its place in the event loops of both sides, is paid once for
 * all of them; at a hundred tasks at the same time that is a sixth of what a task costs Redis. An end that comes alone goes alone,
 * in the turn it came in. See docs/decisions/0006-ends-in-batches.md.
 *
 * Each end succeeds or fails by itself, as in scripts of their own; see move-to-finished.lua.
 */
export class FinishBatches {
  readonly #send: SendFinishes;
  readonly #max: number;
  #waiting: WaitingFinish[] = [];

  /** @param concurrency how many attempts the worker runs at the same time. */
  constructor(concurrency: number, send: SendFinishes) {
    this.#max = Math.min(batchMax, Math.ceil(concurrency / batchesUnderway));
    this.#send = send;
  }

  add(finish: Finish): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const [first] = this.#waiting;
      if (first !== undefined && !goTogether(first, finish)) this.#flush();
      this.#waiting.push({ ...finish, resolve, reject });
      if (this.#waiting.length === this.#max) this.#flush();
      // Whoever comes later in this turn goes with it, or with the immediate of one that went already.
      else if (this.#waiting.length === 1) setImmediate(() => this.#flush());
    });
  }

  #flush(): void {
    const finishes = this.#waiting;
    const [first] = finishes;
    if (first === undefined) return;
    this.#waiting = [];
    const args: Argument[] = [...first.common];
    for (const { own } of finishes) args.push(...own);
    this.#send(args).then(
      (replies) => finishes.forEach((finish, index) => settle(finish, replies[index])),
      (error: unknown) => finishes.forEach((finish) => finish.reject(error)),
    );
  }
}

/** The end of an attempt as move-to-finished.lua takes it. */
export interface Finish {
  /** What all ends of a script have in common: the job's and the worker's options as JSON, the list it comes into, and the field of its value. */
  readonly common: readonly [options: string, target: string, field: string];
  /** So many as {@link finishLength} says. */
  readonly own: readonly Argument[];
}

/** Gets what the ends have in common, and behind it their own. */
export type SendFinishes = (args: Argument[]) => Promise<readonly unknown[]>;
export type Argument = string | number | Buffer;

interface WaitingFinish extends Finish {
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Arguments of each end: id, time, value, whether the next task is wanted, more fields of the job, the token, and the ending (ending.lua). */
export const finishLength = 13;

/**
 * Redis does nothing else while it runs a script: eight ends with their records hold it for just under a millisecond. Measured at
 * c = 100, sixteen or thirty-two save another 1 or 2 % and hold it two and four times as long.
 */
const batchMax = 8;
/**
 * One that Redis runs, one that the worker answers, and one between, or the two wait for each other by turns. Measured at c = 10: 5 200
 * tasks/s one by one, 6 000 by fours, 5 200 by eights.
 */
const batchesUnderway = 3;

function goTogether({ common }: Finish, next: Finish): boolean {
  return common === next.common || common.every((text, index) => text === next.common[index]);
}

function settle({ resolve, reject }: WaitingFinish, reply: unknown): void {
  // What Redis refuses is an error among the replies.
  if (reply instanceof Error) reject(reply);
  else resolve(reply);
}

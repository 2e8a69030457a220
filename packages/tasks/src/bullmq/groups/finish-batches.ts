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
  #waiting: Finish[] = [];

  /** @param concurrency how many attempts the worker runs at the same time. */
  constructor(concurrency: number, send: SendFinishes) {
    this.#max = Math.min(batchMax, Math.ceil(concurrency / batchesUnderway));
    this.#send = send;
  }

  /**
   * @param args keys and arguments of the stock script, and the ending behind them, as it would be sent alone.
   * @param kept how long and how many of the finished jobs this one's producer wants to be kept, as text.
   */
  add(args: readonly Argument[], kept: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const finish = { args, kept, resolve, reject };
      const [first] = this.#waiting;
      // Whoever comes later in this turn goes with it, or with the immediate of one that went already.
      if (first === undefined) setImmediate(() => this.#flush());
      else if (!goTogether(first, finish)) this.#flush();
      this.#waiting.push(finish);
      if (this.#waiting.length === this.#max) this.#flush();
    });
  }

  #flush(): void {
    const finishes = this.#waiting;
    const [first] = finishes;
    if (first === undefined) return;
    this.#waiting = [];
    const args = first.args.slice(0, finishKeys);
    for (const finish of finishes) {
      for (let at = finishKeys; at < finishKeys + finishLength; at += 1) args.push(finish.args[at] ?? "");
    }
    this.#send(args).then(
      (replies) => finishes.forEach((finish, index) => settle(finish, replies[index])),
      (error: unknown) => finishes.forEach((finish) => finish.reject(error)),
    );
  }
}

export type SendFinishes = (args: Argument[]) => Promise<readonly unknown[]>;
type Argument = string | number | Buffer | undefined;

interface Finish {
  readonly args: readonly Argument[];
  readonly kept: string;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Keys of the stock script. */
const finishKeys = 14;
/** Arguments of each end: nine of the stock script, the token, the fence, and the five fields of the change. */
export const finishLength = 16;

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

/**
 * Completed and failed jobs have other keys; within each the job's own is all that differs. Of their options, which usual.lua reads of the
 * first, the token and what is kept.
 */
function goTogether(first: Finish, next: Finish): boolean {
  return first.args[10] === next.args[10] && first.kept === next.kept;
}

function settle({ resolve, reject }: Finish, reply: unknown): void {
  // What Redis refuses is an error among the replies.
  if (reply instanceof Error) reject(reply);
  else resolve(reply);
}

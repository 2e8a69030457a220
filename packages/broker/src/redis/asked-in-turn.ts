import { failureOf } from "./answered.ts";

/** One that was asked for in a turn of the event loop, and whoever waits for its result. */
export interface InTurn<Asked, Result> {
  readonly asked: Asked;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

export interface AskedInTurn<Asked, Result> {
  /** @throws HubError 100 when Redis has not answered, or with an error */
  ask(asked: Asked): Promise<Result>;
  /** Once more, in a later turn: what a script had no room for. */
  askAgain(one: InTurn<Asked, Result>): void;
}

/** Which process of Redis answers (channel/server-identity.ts). */
interface KnownServer {
  /** Undefined while it is not known. */
  readonly current: string | undefined;
  /** @throws when Redis does not answer */
  read(): Promise<string>;
}

/**
 * Gathers what is asked of Redis in one turn of the event loop, so that it can leave in one script, in its order. A lone one leaves in its own
 * turn all the same. A command for each would cost the process twice as much as its bytes: a timer, three promises, and the digests
 * and texts of all arguments (docs/decisions/0030, 0031).
 *
 * Which process of Redis answers is asked for when the turn leaves, not when it was asked: what is sent with it is answered by that very
 * process or by none.
 */
export function gatherTurn<Asked, Result>(
  identity: KnownServer,
  sendAll: (leaving: readonly InTurn<Asked, Result>[], server: string) => void,
): AskedInTurn<Asked, Result> {
  let waiting: InTurn<Asked, Result>[] = [];

  function leave(): void {
    const leaving = waiting;
    waiting = [];
    const { current } = identity;
    if (current !== undefined) sendAll(leaving, current);
    else void identity.read().then((server) => sendAll(leaving, server), refuseAll(leaving));
  }

  function add(one: InTurn<Asked, Result>): void {
    if (waiting.length === 0) setImmediate(leave);
    waiting.push(one);
  }

  return {
    ask: (asked) => new Promise((resolve, reject) => add({ asked, resolve, reject })),
    askAgain: add,
  };
}

/** Each with a result of its own; what Redis has said no word of has failed. */
export function settleEach<Result>(
  some: readonly InTurn<unknown, Result>[],
  results: readonly (Result | Error | undefined)[],
): void {
  for (const [index, { resolve, reject }] of some.entries()) {
    const result = results[index];
    if (result === undefined || result instanceof Error) reject(failureOf(result));
    else resolve(result);
  }
}

export function refuseAll(some: readonly InTurn<unknown, never>[]): (error: unknown) => void {
  return (error) => {
    for (const { reject } of some) reject(failureOf(error));
  };
}

import type { Redis } from "ioredis";
import type { History } from "../../broker.ts";
import { failureOf } from "../answered.ts";
import { historyScript, type ScriptReading } from "./history-script.ts";
import { newEpoch } from "./new-life.ts";
import type { ServerIdentity } from "./server-identity.ts";

/** @throws HubError 100 when Redis has not answered, or with an error */
export type ReadInTurn = (reading: ScriptReading) => Promise<History>;

interface Waiting extends PromiseWithResolvers<History> {
  readonly reading: ScriptReading;
}

/** Others of this Redis wait for a script, so it has a millisecond or so. */
const readingsMax = 100;
const turnBytes = 262_144;

/**
 * Lets the readings of one event-loop turn leave in one script. A lone one leaves in its own turn all the same. Clients that come back
 * together each read a channel of their own: a command for each would cost the gateway more than all else of the reading
 * (docs/decisions/0031).
 *
 * A reading may begin later than it was asked for, never earlier: who subscribes before it reads has no gap whenever it is read.
 */
export function createHistoryQueue(client: Redis, identity: ServerIdentity, maxBytes: number): ReadInTurn {
  let waiting: Waiting[] = [];

  function leave(): void {
    const leaving = waiting;
    waiting = [];
    const { current } = identity;
    if (current !== undefined) sendAll(leaving, current);
    else void identity.read().then((server) => sendAll(leaving, server), refuse(leaving));
  }

  function sendAll(leaving: readonly Waiting[], server: string): void {
    for (let start = 0; start < leaving.length; start += readingsMax) {
      const some = leaving.slice(start, start + readingsMax);
      const terms = { server, newEpoch: newEpoch(), maxBytes, turnBytes };
      const sent = historyScript.run(
        client,
        terms,
        some.map(({ reading }) => reading),
      );
      void sent.then((histories) => answer(some, histories), refuse(some));
    }
  }

  function answer(some: readonly Waiting[], histories: readonly (History | Error)[]): void {
    for (const [index, history] of histories.entries()) {
      if (history instanceof Error) some[index]?.reject(failureOf(history));
      else some[index]?.resolve(history);
    }
    for (const one of some.slice(histories.length)) add(one);
  }

  function add(one: Waiting): void {
    if (waiting.length === 0) setImmediate(leave);
    waiting.push(one);
  }

  return (reading) => {
    const promise = Promise.withResolvers<History>();
    add({ reading, ...promise });
    return promise.promise;
  };
}

function refuse(some: readonly Waiting[]): (error: unknown) => void {
  return (error) => {
    for (const { reject } of some) reject(failureOf(error));
  };
}

import type { Redis } from "ioredis";
import type { History } from "../../broker.ts";
import { historyScript, type ScriptReading } from "./history-script.ts";
import { newEpoch } from "./new-life.ts";
import type { ServerIdentity } from "./server-identity.ts";
import { gatherTurn, type InTurn, refuseAll, settleEach } from "../asked-in-turn.ts";

/** @throws HubError 100 when Redis has not answered, or with an error */
export type ReadInTurn = (reading: ScriptReading) => Promise<History>;

/** Others of this Redis wait for a script, so it has a millisecond or so. */
const readingsMax = 100;
const turnBytes = 262_144;

/**
 * Lets the readings of one event-loop turn leave in one script: clients that come back together each read a channel of their own.
 *
 * A reading may begin later than it was asked for, never earlier: who subscribes before it reads has no gap whenever it is read.
 */
export function createHistoryQueue(client: Redis, identity: ServerIdentity, maxBytes: number): ReadInTurn {
  const queue = gatherTurn<ScriptReading, History>(identity, (leaving, server) => {
    for (let start = 0; start < leaving.length; start += readingsMax) {
      const some = leaving.slice(start, start + readingsMax);
      const terms = { server, newEpoch: newEpoch(), maxBytes, turnBytes };
      const sent = historyScript.run(
        client,
        terms,
        some.map(({ asked }) => asked),
      );
      void sent.then((histories) => answer(some, histories), refuseAll(some));
    }
  });

  /** The script stops where its bytes are used up; what is left leaves in the next. */
  function answer(some: readonly InTurn<ScriptReading, History>[], histories: readonly (History | Error)[]): void {
    settleEach(some.slice(0, histories.length), histories);
    for (const one of some.slice(histories.length)) queue.askAgain(one);
  }

  return (reading) => queue.ask(reading);
}

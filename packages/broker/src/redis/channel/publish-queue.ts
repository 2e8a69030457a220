import type { Redis } from "ioredis";
import type { PublishResult } from "../../broker.ts";
import { newEpoch, newLeap } from "./new-life.ts";
import { publishScript, type ScriptPublication } from "./publish-script.ts";
import type { ServerIdentity } from "./server-identity.ts";
import { gatherTurn, type InTurn, refuseAll, settleEach } from "../asked-in-turn.ts";

/** @throws HubError 100 when Redis has not answered, or with an error */
export type PublishInTurn = (publication: ScriptPublication) => Promise<PublishResult>;

/** Others of this Redis wait for a script: a millisecond of it, and what is copied from one heap into another. */
const publicationsMax = 100;
const charactersMax = 262_144;

/** Lets the publications of one event-loop turn leave in one script, in their order. */
export function createPublishQueue(client: Redis, identity: ServerIdentity): PublishInTurn {
  const queue = gatherTurn<ScriptPublication, PublishResult>(identity, (leaving, server) => {
    const { stream } = client;
    // In one write, where they are several scripts.
    stream?.cork();
    for (const some of inPieces(leaving)) {
      const terms = { server, leap: newLeap(), newEpoch: newEpoch() };
      const sent = publishScript.run(
        client,
        terms,
        some.map(({ asked }) => asked),
      );
      void sent.then((results) => settleEach(some, results), refuseAll(some));
    }
    stream?.uncork();
  });
  return (publication) => queue.ask(publication);
}

type Waiting = InTurn<ScriptPublication, PublishResult>;

function inPieces(all: readonly Waiting[]): readonly (readonly Waiting[])[] {
  const pieces: Waiting[][] = [];
  let [piece, characters]: [Waiting[], number] = [[], 0];
  for (const one of all) {
    characters += one.asked.body.length;
    if (piece.length === 0 || piece.length === publicationsMax || characters > charactersMax) {
      characters = one.asked.body.length;
      pieces.push((piece = []));
    }
    piece.push(one);
  }
  return pieces;
}

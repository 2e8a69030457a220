import type { Redis } from "ioredis";
import type { PublishResult } from "../../broker.ts";
import { failureOf } from "../answered.ts";
import { newEpoch, newLeap } from "./new-life.ts";
import { publishScript, type ScriptPublication } from "./publish-script.ts";
import type { ServerIdentity } from "./server-identity.ts";

/** @throws HubError 100 when Redis has not answered, or with an error */
export type PublishInTurn = (publication: ScriptPublication) => Promise<PublishResult>;

interface Waiting {
  readonly publication: ScriptPublication;
  readonly resolve: (result: PublishResult) => void;
  readonly reject: (error: Error) => void;
}

/** Others of this Redis wait for a script: a millisecond of it, and what is copied from one heap into another. */
const publicationsMax = 100;
const charactersMax = 262_144;

/**
 * Lets the publications of one event-loop turn leave in one script, in their order. A lone one leaves in its own turn all the same. A command
 * of its own for each cost the process twice as much as its bytes: a timer, three promises, and the digests and texts of all arguments
 * (docs/decisions/0030).
 */
export function createPublishQueue(client: Redis, identity: ServerIdentity): PublishInTurn {
  let waiting: Waiting[] = [];

  function leave(): void {
    const leaving = waiting;
    waiting = [];
    const { current } = identity;
    // Asked for now, not when they came: what is sent with it is answered by that very process or by none.
    if (current !== undefined) sendAll(leaving, current);
    else void identity.read().then((server) => sendAll(leaving, server), refuse(leaving));
  }

  function sendAll(leaving: readonly Waiting[], server: string): void {
    const { stream } = client;
    // In one write, where they are several scripts.
    stream?.cork();
    for (const some of inPieces(leaving)) {
      const terms = { server, leap: newLeap(), newEpoch: newEpoch() };
      const sent = publishScript.run(
        client,
        terms,
        some.map(({ publication }) => publication),
      );
      void sent.then((results) => answer(some, results), refuse(some));
    }
    stream?.uncork();
  }

  return (publication) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(leave);
      waiting.push({ publication, resolve, reject });
    });
}

function answer(some: readonly Waiting[], results: readonly (PublishResult | Error)[]): void {
  for (const [index, { resolve, reject }] of some.entries()) {
    const result = results[index];
    if (result === undefined || result instanceof Error) reject(failureOf(result));
    else resolve(result);
  }
}

function refuse(some: readonly Waiting[]): (error: unknown) => void {
  return (error) => {
    for (const { reject } of some) reject(failureOf(error));
  };
}

function inPieces(all: readonly Waiting[]): readonly (readonly Waiting[])[] {
  const pieces: Waiting[][] = [];
  let [piece, characters]: [Waiting[], number] = [[], 0];
  for (const one of all) {
    characters += one.publication.body.length;
    if (piece.length === 0 || piece.length === publicationsMax || characters > charactersMax) {
      characters = one.publication.body.length;
      pieces.push((piece = []));
    }
    piece.push(one);
  }
  return pieces;
}

import { readFileSync } from "node:fs";
import { wellFormedJson } from "@switchyard/protocol/well-formed-json";
import { createLuaScript, writeTogether } from "@switchyard/redis/lua-script";
import type { Redis } from "ioredis";
import type { Presence, PresenceChange, PresenceEntry, PresenceMember } from "../../presence.ts";
import { gatherTurn, type InTurn, refuseAll, settleEach } from "../asked-in-turn.ts";
import { channelKeys, presenceIndexKey, presenceKeys } from "../keys.ts";

interface Adding {
  readonly node: string;
  readonly entry: PresenceEntry;
}

const file = new URL("./presence-add.lua", import.meta.url);
const errorText = new URL("../chunks/error-text.lua", import.meta.url);
const script = createLuaScript([errorText, file].map((piece) => readFileSync(piece, "utf8")).join("\n"));

/** Others of this Redis wait for a script, so it has a millisecond or so. */
const entriesMax = 64;
/** Whichever process of Redis answers. */
const anyServer = { current: "", read: async () => "" };

export const presenceAddScript = {
  file,
  keys: [],
  args: [],
  /** In the header they are lists, because each entry has them. */
  ofEach: {
    "KEYS of each": ["members", "users", "nodes", "leaving"],
    "ARGV of each": ["client", "node", "user", "info", "told", "pubsub"],
  },
  /** In the order of the entries. @throws when Redis has written none of them */
  async run(redis: Redis, prefix: string, entries: readonly Adding[]): Promise<readonly (PresenceChange | Error)[]> {
    writeTogether(redis);
    const keys = entries.flatMap(({ entry: { channel } }) => {
      const { members, users, nodes, leaving } = presenceKeys(prefix, channel);
      return [members, users, nodes, leaving];
    });
    const replies = (await script.runBuffer(redis, keys, entries.flatMap(argumentsOf(prefix)))) as Reply[];
    return replies.map((reply) => (reply instanceof Error ? reply : readReply(reply)));
  },
};

type Reply = readonly [number, number] | Error;

function readReply([edge, atUs]: readonly [number, number]): PresenceChange {
  return { edge: edge === 1 ? "occupied" : undefined, atUs };
}

function argumentsOf(prefix: string) {
  return ({ node, entry: { channel, client, user, infoJson, isTold } }: Adding) => {
    const { pubsub } = channelKeys(prefix, channel);
    return [client, node, user, wellFormedJson(infoJson), isTold ? 1 : 0, pubsub];
  };
}

/**
 * Lets the entries of one event-loop turn leave together: in a herd each client comes into a channel of its own. First they come into the index
 * of their node, by which whoever survives it finds them.
 */
export function createPresenceAdd(client: Redis, prefix: string): Presence["add"] {
  const queue = gatherTurn<Adding, PresenceChange>(anyServer, (leaving) => {
    for (let start = 0; start < leaving.length; start += entriesMax) {
      const some = leaving.slice(start, start + entriesMax);
      void write(some).then((changes) => settleEach(some, changes), refuseAll(some));
    }
  });

  async function write(some: readonly InTurn<Adding, PresenceChange>[]): Promise<readonly (PresenceChange | Error)[]> {
    const entries = some.map(({ asked }) => asked);
    // One node as a rule; two in the turn in which its lease was renewed under another name.
    for (const [node, own] of Map.groupBy(entries, (each) => each.node)) {
      await client.sadd(
        presenceIndexKey(prefix, node),
        own.map(({ entry }) => indexLine(entry)),
      );
    }
    return presenceAddScript.run(client, prefix, entries);
  }

  return (node, entry) => queue.ask({ node, entry });
}

/** Client ids are our own and hold no space, a channel name may hold anything. */
export function indexLine({ client, channel }: PresenceMember): string {
  return `${client} ${channel}`;
}

import type { Redis } from "ioredis";
import { knownChannelName } from "../../channel-name.ts";
import type { Presence, PresenceMember } from "../../presence.ts";
import { closeConnection, openConnection } from "../open-connection.ts";
import { channelKeys, presenceIndexKey, presenceKeys } from "../keys.ts";
import { readPresenceOver, type PresenceReaderOptions } from "./redis-presence-reader.ts";
import { createPresenceAdd, indexLine } from "./presence-add-queue.ts";
import { presenceLingerScript, presenceRemoveScript } from "./presence-scripts.ts";

export interface RedisPresenceOptions extends PresenceReaderOptions {
  /** Redis was away: what was written before may be gone. */
  readonly onRestored: () => void;
}

/** Lines of an index read at a time. */
const batchSize = 256;

/** Presence over a connection of its own: a burst of people coming or going does not hold up publications. */
export async function createRedisPresence(options: RedisPresenceOptions): Promise<Presence> {
  const { redis, onRestored } = options;
  const { prefix } = redis;
  const client = await openConnection({ ...options, role: "presence" });
  client.on("ready", onRestored);

  return {
    ...readPresenceOver(client, options),

    add: createPresenceAdd(client, prefix),

    async linger({ channel, client: id }) {
      const { members, leaving } = presenceKeys(prefix, channel);
      await presenceLingerScript.run(client, { keys: { members, leaving }, args: { client: id } });
    },

    async remove(node, member, { onlyIfOf = false } = { onlyIfOf: false }) {
      const { channel } = member;
      const { pubsub } = channelKeys(prefix, channel);
      const args = { client: member.client, node: onlyIfOf ? node : "", pubsub };
      const change = await presenceRemoveScript.run(client, { keys: presenceKeys(prefix, channel), args });
      await client.srem(presenceIndexKey(prefix, node), indexLine(member));
      return change;
    },

    indexOf: (node) => readIndex(client, presenceIndexKey(prefix, node)),

    close: () => closeConnection(client),
  };
}

async function* readIndex(client: Redis, key: string): AsyncGenerator<readonly PresenceMember[]> {
  let cursor = "0";
  do {
    const [next, lines] = await client.sscan(key, cursor, "COUNT", batchSize);
    yield lines.map(parseIndexLine);
    cursor = next;
  } while (cursor !== "0");
}

function parseIndexLine(line: string): PresenceMember {
  const space = line.indexOf(" ");
  return { client: line.slice(0, space), channel: knownChannelName(line.slice(space + 1)) };
}

import { HubError } from "@switchyard/protocol/hub-error";
import type { PresenceStatsResult } from "@switchyard/protocol/commands/read-channel";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { Redis } from "ioredis";
import type { PresenceReader } from "../../presence.ts";
import type { ChannelName } from "../../channel-name.ts";
import { answered } from "../answered.ts";
import { closeConnection, openConnection } from "../open-connection.ts";
import { nodeKeys, presenceKeys } from "../keys.ts";
import { parsePresenceEntry, type StoredEntry } from "./presence-entry.ts";
import { listLeasesScript } from "../nodes/node-scripts.ts";
import { presenceStatsScript } from "./presence-scripts.ts";

export interface RedisPresenceReader extends PresenceReader {
  close(): Promise<void>;
}

export interface PresenceReaderOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
  /** Bytes of entries one reading may come to; the setting `channel.presence_max_size`. */
  readonly maxBytes: number;
}

/** The half of presence that needs no sockets: for processes that answer who is there. */
export async function createRedisPresenceReader(options: PresenceReaderOptions): Promise<RedisPresenceReader> {
  const client = await openConnection({ ...options, role: "presence" });
  return {
    ...readPresenceOver(client, options),
    close: () => closeConnection(client),
  };
}

/**
 * Entries asked for at a time, and the bytes they should come to: a hash read in one piece would hold up everybody else's commands
 * for as long as it takes. The first answer tells how large entries are.
 */
const chunkSize = { first: 16, max: 1_000, bytes: 262_144 };

/** Reading over a connection that is already there. */
export function readPresenceOver(
  client: Redis,
  { redis: { prefix }, maxBytes }: Pick<PresenceReaderOptions, "redis" | "maxBytes">,
): PresenceReader {
  // Asked each time, and after the entries: a cache would add its age to the ghosts, and miss a node that is younger than it.
  const liveNodes = () => listLeasesScript.run(client, { keys: { expiry: nodeKeys(prefix).expiry }, args: {} });

  async function read(channel: ChannelName, bytesMax: number): Promise<Map<string, StoredEntry>> {
    const { members } = presenceKeys(prefix, channel);
    const entries = new Map<string, StoredEntry>();
    let bytes = 0;
    let cursor = "0";
    let count = chunkSize.first;
    do {
      const [next, found] = await client.hscanBuffer(members, cursor, "COUNT", count);
      for (let index = 0; index < found.length; index += 2) {
        const [id, value] = [found[index], found[index + 1]];
        if (id === undefined || value === undefined) continue;
        bytes += id.length + value.length;
        // HSCAN may name an entry twice; a Map does not mind.
        entries.set(id.toString(), parsePresenceEntry(value));
      }
      if (bytes > bytesMax) throw new HubError("limitExceeded", `more than ${bytesMax} bytes of presence`);
      cursor = next.toString();
      count = Math.max(1, Math.min(chunkSize.max, Math.floor((chunkSize.bytes * entries.size) / Math.max(1, bytes))));
    } while (cursor !== "0");
    const live = await liveNodes();
    for (const [id, { node }] of entries) if (!live.has(node)) entries.delete(id);
    return entries;
  }

  async function members(channel: ChannelName): Promise<Map<string, string>> {
    const entries = await read(channel, maxBytes);
    return new Map(Array.from(entries, ([id, { infoJson }]) => [id, infoJson]));
  }

  async function stats(channel: ChannelName): Promise<PresenceStatsResult> {
    const { members: membersKey, users, nodes } = presenceKeys(prefix, channel);
    const counted = await presenceStatsScript.run(client, { keys: { members: membersKey, users, nodes }, args: {} });
    const live = counted.nodes.length === 0 ? new Set() : await liveNodes();
    if (counted.nodes.every((node) => live.has(node))) {
      return { num_clients: counted.clients, num_users: counted.users };
    }
    // A node has died and is not yet swept: its clients are in the counts, so count the others one by one.
    const entries = await read(channel, Number.POSITIVE_INFINITY);
    return { num_clients: entries.size, num_users: new Set(Array.from(entries.values(), ({ user }) => user)).size };
  }

  return { members: (channel) => answered(members(channel)), stats: (channel) => answered(stats(channel)) };
}

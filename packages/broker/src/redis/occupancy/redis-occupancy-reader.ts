import { HubError } from "@switchyard/protocol/hub-error";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { Redis } from "ioredis";
import { occupiedListMax, type OccupancyReader, type OccupiedAsked, type OccupiedPage } from "../../occupancy.ts";
import { answered } from "../answered.ts";
import { nodeKeys, occupancyKeys } from "../keys.ts";
import { listLeasesScript } from "../nodes/node-scripts.ts";
import { closeConnection, openConnection } from "../open-connection.ts";

export interface OccupancyReaderOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
}

/** For processes that answer what is occupied and have no subscribers themselves. */
export async function createRedisOccupancyReader(
  options: OccupancyReaderOptions,
): Promise<OccupancyReader & { close(): Promise<void> }> {
  const client = await openConnection({ ...options, role: "occupancy" });
  return { ...readOccupancyOver(client, options.redis.prefix), close: () => closeConnection(client) };
}

/** Fields of the index asked for at a time: a hash read in one piece would hold up everybody else's commands. */
const chunkSize = 1_000;

/** Reading over a connection that is already there. */
export function readOccupancyOver(client: Redis, prefix: string): OccupancyReader {
  const liveNodes = () => listLeasesScript.run(client, { keys: { expiry: nodeKeys(prefix).expiry }, args: {} });

  async function list(realm: string, begin: string): Promise<Map<string, number>> {
    const { channels } = occupancyKeys(prefix, realm);
    const pattern = patternOf(begin);
    const found = new Map<string, string>();
    let cursor = "0";
    do {
      const [next, fields] = await client.hscan(channels, cursor, "MATCH", pattern, "COUNT", chunkSize);
      // HSCAN may name a field twice; a Map does not mind.
      for (let index = 0; index < fields.length; index += 2) found.set(fields[index] ?? "", fields[index + 1] ?? "");
      if (found.size > occupiedListMax) throw new HubError("limitExceeded", `more than ${occupiedListMax} channels`);
      cursor = next;
    } while (cursor !== "0");
    const live = await liveNodes();
    const counted = Array.from(found, ([channel, value]) => [channel, sum(value, live)] as const);
    return new Map(counted.filter(([, count]) => count > 0));
  }

  async function page(realm: string, { cursor, limit, prefix: begin }: OccupiedAsked): Promise<OccupiedPage> {
    const { channels } = occupancyKeys(prefix, realm);
    const [next, fields] = await client.hscan(channels, cursor, "MATCH", patternOf(begin), "COUNT", limit);
    const live = await liveNodes();
    const counted = Array.from({ length: fields.length / 2 }, (_, index) => {
      const [channel = "", value = ""] = fields.slice(2 * index, 2 * index + 2);
      return [channel, sum(value, live)] as const;
    });
    return { channels: new Map(counted.filter(([, subscriptions]) => subscriptions > 0)), cursor: next };
  }

  async function count(realm: string, channels: readonly string[]): Promise<number[]> {
    if (channels.length === 0) return [];
    const values = await client.hmget(occupancyKeys(prefix, realm).channels, ...channels);
    const live = await liveNodes();
    return values.map((value) => sum(value ?? "", live));
  }

  return {
    list: (realm, begin) => answered(list(realm, begin)),
    page: (realm, asked) => answered(page(realm, asked)),
    count: (realm, channels) => answered(count(realm, channels)),
  };
}

function patternOf(begin: string): string {
  return `${begin.replaceAll(/[*?[\]\\]/g, String.raw`\$&`)}*`;
}

/** `<lease>:<count> <lease>:<count> …`, see write-counts.lua. */
function sum(value: string, live: ReadonlySet<string>): number {
  let total = 0;
  for (const entry of value.split(" ")) {
    const colon = entry.lastIndexOf(":");
    if (live.has(entry.slice(0, colon))) total += Number(entry.slice(colon + 1));
  }
  return total;
}

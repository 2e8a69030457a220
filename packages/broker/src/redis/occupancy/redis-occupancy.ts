import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { Occupancy, RealmEvents } from "../../occupancy.ts";
import { occupancyKeys } from "../keys.ts";
import { closeConnection, openConnection } from "../open-connection.ts";
import { readAway } from "../read-away.ts";
import { tellEventScript, writeCountsScript } from "./occupancy-scripts.ts";
import { readOccupancyOver } from "./redis-occupancy-reader.ts";

export interface RedisOccupancyOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
  readonly tells: (realm: string) => RealmEvents;
  /** Redis was away: what was written before may be gone. */
  readonly onRestored: () => void;
  /** Who is back within this time has not gone: a page that is loaded again. */
  readonly vacantMs?: number;
}

/** Of one realm, while no worker takes any. */
const waitingMax = 10_000;
/** From so many subscriptions on, a channel's count is told every five seconds at most, as Pusher has it. */
const crowdFrom = { crowd: 100, crowdMs: 5_000 };
const vacantMsDefault = 3_000;

/** Occupancy over a connection of its own: crowds that come and go do not hold up publications. */
export async function createRedisOccupancy(options: RedisOccupancyOptions): Promise<Occupancy> {
  const { redis, tells, onRestored, vacantMs = vacantMsDefault } = options;
  const { prefix } = redis;
  const client = await openConnection({ ...options, role: "occupancy" });
  client.on("ready", onRestored);

  async function write(realm: string, lease: string, counts: ReadonlyMap<string, number>): Promise<number> {
    const { channels, members, due, waiting, ofNode } = occupancyKeys(prefix, realm);
    const { edges, counts: tellsCounts } = tells(realm);
    return writeCountsScript.run(client, {
      keys: { channels, members, ofNode: ofNode(lease), due, waiting },
      args: {
        lease,
        counts: Array.from(counts, ([field, count]) => `${count} ${Buffer.byteLength(field)} ${field}`).join(""),
        tellsEdges: edges ? 1 : 0,
        tellsCounts: tellsCounts ? 1 : 0,
        vacantMs,
        ...crowdFrom,
        waitingMax,
      },
    });
  }

  return {
    ...readOccupancyOver(client, prefix),
    write,
    async sweep(realm, lease) {
      let swept = 0;
      for await (const fields of readAway(client, occupancyKeys(prefix, realm).ofNode(lease))) {
        await write(realm, lease, new Map(fields.map((field) => [field, 0])));
        swept += fields.length;
      }
      return swept;
    },
    tell: (realm, event) =>
      tellEventScript.run(client, {
        keys: { waiting: occupancyKeys(prefix, realm).waiting },
        args: { event, waitingMax },
      }),
    close: () => closeConnection(client),
  };
}

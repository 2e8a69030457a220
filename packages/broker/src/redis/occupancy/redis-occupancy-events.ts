import { randomUUID } from "node:crypto";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { OccupancyEvents } from "../../occupancy.ts";
import { occupancyKeys } from "../keys.ts";
import { closeConnection, openConnection } from "../open-connection.ts";
import { finishBatchScript, takeEventsScript } from "./occupancy-scripts.ts";

export interface OccupancyEventsOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
}

/** One batch is one request to a receiver, and one task of the queue. */
const batchMax = { eventsMax: 100, bytesMax: 65_536 };

/** What has happened in realms, for the processes that pass it on. Any number of them may ask. */
export async function createRedisOccupancyEvents(options: OccupancyEventsOptions): Promise<OccupancyEvents> {
  const { prefix } = options.redis;
  const client = await openConnection({ ...options, role: "occupancy" });
  return {
    take(realm) {
      const { channels, members, due, waiting, batch } = occupancyKeys(prefix, realm);
      const args = { newId: randomUUID(), ...batchMax };
      return takeEventsScript.run(client, { keys: { channels, members, due, waiting, batch }, args });
    },
    async done(realm, { id }) {
      await finishBatchScript.run(client, { keys: { batch: occupancyKeys(prefix, realm).batch }, args: { id } });
    },
    close: () => closeConnection(client),
  };
}

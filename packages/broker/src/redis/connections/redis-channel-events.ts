import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { EventPolicy, MessageTeller } from "../../event-outbox.ts";
import type { Occupancy } from "../../occupancy.ts";
import { ServerIdentity } from "../channel/server-identity.ts";
import { connectionKeys } from "../keys.ts";
import { closeConnection, openConnection } from "../open-connection.ts";
import { readAway } from "../read-away.ts";
import { tellMessagesScript, writeChannelsScript } from "./connection-scripts.ts";
import { packFields } from "./connection-entry.ts";

export interface ChannelEventsOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
  readonly tells: EventPolicy;
  /** Redis was away: what was written before may be gone. */
  readonly onRestored: () => void;
}

/** Counts are written as those of the realms of occupancy.ts are, a lane in the place of a realm. */
export interface ChannelEvents extends Pick<Occupancy, "write" | "sweep">, MessageTeller {
  close(): Promise<void>;
}

/** What happens in channels, over a connection of its own. */
export async function createRedisChannelEvents(options: ChannelEventsOptions): Promise<ChannelEvents> {
  const { tells, onRestored } = options;
  const { prefix } = options.redis;
  const client = await openConnection({ ...options, role: "connections" });
  client.on("ready", onRestored);
  const identity = new ServerIdentity(client);
  const common = async () => ({
    server: identity.current ?? (await identity.read()),
    maxBytes: tells.laneMaxBytes,
  });

  async function write(lane: string, lease: string, counts: ReadonlyMap<string, number>): Promise<number> {
    const { channels, channelsOf, due, waiting, meta } = connectionKeys(prefix, Number(lane));
    const texts = Array.from(counts, ([channel, count]) => [channel, String(count)]).flat();
    return writeChannelsScript.run(client, {
      keys: { channels, ofNode: channelsOf(lease), due, waiting, meta },
      args: { lease, counts: packFields(texts), vacantMs: tells.vacantMs, ...(await common()) },
    });
  }

  return {
    write,
    async sweep(lane, lease) {
      let swept = 0;
      for await (const channels of readAway(client, connectionKeys(prefix, Number(lane)).channelsOf(lease))) {
        await write(lane, lease, new Map(channels.map((channel) => [channel, 0])));
        swept += channels.length;
      }
      return swept;
    },
    async tell(lane, messages) {
      const { waiting, meta } = connectionKeys(prefix, lane);
      const texts = packFields(messages.flatMap(({ channel, dataJson }) => [channel, dataJson]));
      return tellMessagesScript.run(client, {
        keys: { waiting, meta },
        args: { messages: texts, ...(await common()) },
      });
    },
    close: () => closeConnection(client),
  };
}

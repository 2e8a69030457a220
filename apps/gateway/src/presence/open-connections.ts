import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelRules } from "@switchyard/broker/channel-rules";
import type { ConnectionWriter } from "@switchyard/broker/connection-index";
import { eventPolicy } from "@switchyard/broker/event-outbox";
import { laneOf, lanes } from "@switchyard/broker/lanes";
import { type ChannelEvents, createRedisChannelEvents } from "@switchyard/broker/redis-channel-events";
import { createRedisConnectionWriter } from "@switchyard/broker/redis-connection-writer";
import type { Logger } from "@switchyard/runtime/logger";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import { ConnectionKeeper, type IndexedClient } from "./connection-keeper.ts";
import { OccupancyKeeper } from "./occupancy-keeper.ts";
import { PublicationTeller } from "./publication-teller.ts";

export interface OpenConnections {
  readonly settings: Pick<Settings, "redis" | "events">;
  readonly sessions: ClientList;
  readonly rules: Pick<ChannelRules, "find">;
  readonly lease: () => string;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
}

/** Every client of this node, whatever door it came in by. */
export interface ClientList {
  all(): readonly (IndexedClient & { readonly state: string })[];
}

export interface OpenedConnections {
  readonly keeper: ConnectionKeeper;
  /** Undefined where nobody is told of channels. */
  readonly channels: OccupancyKeeper | undefined;
  readonly publications: PublicationTeller | undefined;
}

/**
 * Keeps the index of connections, and of what happens whatever back ends are told. Undefined where the settings turn it off: then nothing is
 * written and no connection made.
 * @throws StartupError when Redis cannot be used.
 */
export async function openConnections(options: OpenConnections): Promise<OpenedConnections | undefined> {
  const { settings, sessions, rules, lease, logger, stack } = options;
  const { redis, events } = settings;
  if (!events.connection_index) return undefined;
  const tells = eventPolicy(events);
  const onRestored = () => keeper.restore();
  const writer: ConnectionWriter = stack.use(await createRedisConnectionWriter({ redis, logger, tells, onRestored }));
  const connected = () => sessions.all().filter(({ state }) => state === "connected");
  const hasReceivers = events.receivers.length > 0;
  const isTold = (channel: string, kind: "occupancy" | "subscriptions" | "messages") =>
    hasReceivers && rules.find(channel as ChannelName)?.events.includes(kind) === true;
  const keeper: ConnectionKeeper = stack.use(
    new ConnectionKeeper({
      writer,
      lease,
      connected,
      logger,
      tells: { connections: tells.connections, subscriptions: (channel) => isTold(channel, "subscriptions") },
    }),
  );
  if (!hasReceivers) return { keeper, channels: undefined, publications: undefined };
  const onChannelsRestored = () => channels.restore();
  const told: ChannelEvents = stack.use(
    await createRedisChannelEvents({ redis, logger, tells, onRestored: onChannelsRestored }),
  );
  const placeOf = (channel: ChannelName) =>
    isTold(channel, "occupancy") ? { realm: String(laneOf(channel)), name: channel, countsMembers: false } : undefined;
  const channels: OccupancyKeeper = stack.use(
    new OccupancyKeeper({ occupancy: told, lease, placeOf, realms: lanes.map(String), logger }),
  );
  const isMessageTold = (channel: string) => isTold(channel, "messages");
  const publications = stack.use(new PublicationTeller({ teller: told, isTold: isMessageTold, logger }));
  return { keeper, channels, publications };
}

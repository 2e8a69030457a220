import type { Publisher } from "@switchyard/broker/broker";
import type { ChannelRules } from "@switchyard/broker/channel-rules";
import { HubEvents } from "@switchyard/broker/hub-events";
import type { NodeDescription } from "@switchyard/broker/node-registry";
import type { PresenceReader } from "@switchyard/broker/presence";
import { createRedisNodeRegistry } from "@switchyard/broker/redis-node-registry";
import { createRedisPresence } from "@switchyard/broker/redis-presence";
import { type EffectiveSettings, keptSettings } from "@switchyard/runtime/effective-settings";
import type { Logger } from "@switchyard/runtime/logger";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import type { Hub } from "../hub/hub.ts";
import { createAnnouncer } from "./announcer.ts";
import type { ConnectionKeeper } from "./connection-keeper.ts";
import type { DoorTeller } from "./door-teller.ts";
import type { OccupancyKeeper } from "./occupancy-keeper.ts";
import { type ClientList, openConnections } from "./open-connections.ts";
import { openChannelIndex } from "./open-channel-index.ts";
import { openOccupancy } from "./open-occupancy.ts";
import type { PresenceCounts } from "./observe-presence.ts";
import type { PublicationTeller } from "./publication-teller.ts";
import { Roster, type RosterOptions } from "./roster.ts";
import { Sweeper } from "./sweeper.ts";

export interface OpenPresence {
  readonly settings: Pick<Settings, "redis" | "channel" | "pusher" | "events">;
  /** Said with the node's lease. */
  readonly effective: EffectiveSettings;
  readonly hub: Pick<Hub, "onSubscriptions">;
  readonly sessions: ClientList;
  readonly broker: Publisher;
  readonly rules: ChannelRules;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
}

export interface OpenedPresence {
  /** What sessions and doors take of it. */
  readonly services: {
    readonly presence: PresenceReader;
    readonly roster: Roster;
    /** Undefined where no channels are watched. */
    readonly teller: DoorTeller | undefined;
    /** Undefined where connections are not listed. */
    readonly connections: ConnectionKeeper | undefined;
    /** Undefined where nobody is told of what clients publish. */
    readonly publications: PublicationTeller | undefined;
  };
  readonly counts: PresenceCounts;
  /** Takes the node's lease. Nobody may be in a channel before: their entries would count for a dead node's. */
  readonly start: (describe: () => NodeDescription) => Promise<void>;
}

/**
 * Everything about who is where: this node's lease, its clients' entries, and the sweeping of other nodes.
 * @throws StartupError when Redis cannot be used.
 */
export async function openPresence({
  settings,
  effective,
  hub,
  sessions,
  broker,
  rules,
  logger,
  stack,
}: OpenPresence): Promise<OpenedPresence> {
  const { redis, channel } = settings;
  // Released in reverse: who has gone is taken out, then told of, and only then the lease ends.
  const registry = stack.use(await createRedisNodeRegistry({ redis, logger, settings: keptSettings(effective) }));
  const presence = stack.use(
    await createRedisPresence({
      redis,
      logger,
      maxBytes: channel.presence_max_size,
      onRestored: () => roster.restore(),
    }),
  );
  const events = stack.use(new HubEvents({ publisher: broker, logger }));
  const onChange = createAnnouncer(events, rules);
  const lease = () => registry.lease;
  const occupancy = await openOccupancy({ settings, lease, logger, stack });
  const onMember: RosterOptions["onMember"] = occupancy && ((entry, change) => occupancy.keeper.present(entry, change));
  const roster: Roster = stack.use(new Roster({ presence, lease, onChange, onMember, logger }));
  const connections = await openConnections({ settings, sessions, rules, lease, logger, stack });
  const channels = await openChannelIndex({ settings, lease, logger, stack });
  const counters = [occupancy?.keeper, connections?.channels, channels].filter((keeper) => keeper !== undefined);
  const indexes = [...counters, connections?.keeper].filter((keeper) => keeper !== undefined);
  const sweeper = new Sweeper({ registry, presence, onChange, indexes, logger });
  hub.onSubscriptions = countIn(counters);
  const onNewLease = () => {
    roster.restore();
    for (const index of indexes) index.restore();
  };
  const droppers = [events, occupancy?.teller, ...indexes, connections?.publications];
  return {
    services: {
      presence,
      roster,
      teller: occupancy?.teller,
      connections: connections?.keeper,
      publications: connections?.publications,
    },
    counts: {
      entries: () => roster.size,
      swept: () => sweeper.swept,
      droppedEvents: () => droppers.reduce((sum, one) => sum + (one?.dropped ?? 0), 0),
    },
    start: (describe) => registry.start(describe, { onNewLease, onDead: () => void sweeper.sweep() }),
  };
}

/** Most hubs count nothing, and a hub that has nobody to tell is not slowed by asking. */
function countIn(counters: readonly OccupancyKeeper[]): Hub["onSubscriptions"] {
  if (counters.length === 0) return undefined;
  return (channel, count) => {
    for (const counter of counters) counter.subscribed(channel, count);
  };
}

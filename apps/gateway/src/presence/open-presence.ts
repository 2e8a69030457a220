import type { Publisher } from "@switchyard/broker/broker";
import type { ChannelRules } from "@switchyard/broker/channel-rules";
import { HubEvents } from "@switchyard/broker/hub-events";
import type { NodeDescription } from "@switchyard/broker/node-registry";
import type { PresenceReader } from "@switchyard/broker/presence";
import { createRedisNodeRegistry } from "@switchyard/broker/redis-node-registry";
import { createRedisPresence } from "@switchyard/broker/redis-presence";
import type { Logger } from "@switchyard/runtime/logger";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import type { Hub } from "../hub/hub.ts";
import { createAnnouncer } from "./announcer.ts";
import type { OccupancyKeeper } from "./occupancy-keeper.ts";
import { openOccupancy } from "./open-occupancy.ts";
import type { PresenceCounts } from "./observe-presence.ts";
import { Roster, type RosterOptions } from "./roster.ts";
import { Sweeper } from "./sweeper.ts";

export interface OpenPresence {
  readonly settings: Pick<Settings, "redis" | "channel" | "pusher">;
  readonly hub: Pick<Hub, "onSubscriptions">;
  readonly broker: Publisher;
  readonly rules: ChannelRules;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
}

export interface OpenedPresence {
  readonly presence: PresenceReader;
  readonly roster: Roster;
  /** Undefined where no channels are watched. */
  readonly occupancy: OccupancyKeeper | undefined;
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
  hub,
  broker,
  rules,
  logger,
  stack,
}: OpenPresence): Promise<OpenedPresence> {
  const { redis, channel } = settings;
  // Released in reverse: who has gone is taken out, then told of, and only then the lease ends.
  const registry = stack.use(await createRedisNodeRegistry({ redis, logger }));
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
  const onMember: RosterOptions["onMember"] = occupancy && ((entry, change) => occupancy.present(entry, change));
  const roster: Roster = stack.use(new Roster({ presence, lease, onChange, onMember, logger }));
  const sweepCounts = occupancy && ((dead: string) => occupancy.sweep(dead));
  const sweeper = new Sweeper({ registry, presence, onChange, sweepCounts, logger });
  hub.onSubscriptions = occupancy && ((channel, count) => occupancy.subscribed(channel, count));
  const onNewLease = () => {
    roster.restore();
    occupancy?.restore();
  };
  return {
    presence,
    roster,
    occupancy,
    counts: {
      entries: () => roster.size,
      swept: () => sweeper.swept,
      droppedEvents: () => events.dropped + (occupancy?.dropped ?? 0),
    },
    start: (describe) => registry.start(describe, { onNewLease, onDead: () => void sweeper.sweep() }),
  };
}

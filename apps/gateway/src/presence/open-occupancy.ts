import type { ChannelName } from "@switchyard/broker/channel-name";
import { createRedisOccupancy } from "@switchyard/broker/redis-occupancy";
import { splitChannelName } from "@switchyard/protocol/channel-name";
import { createPusherApps, type PusherApps, wantsEvent, type WebhookEventName } from "@switchyard/pusher/apps";
import { kindOfChannel, nameProblem } from "@switchyard/pusher/channel";
import type { Logger } from "@switchyard/runtime/logger";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import { DoorTeller } from "./door-teller.ts";
import { OccupancyKeeper, type WatchedPlace } from "./occupancy-keeper.ts";

export interface OpenOccupancy {
  readonly settings: Pick<Settings, "redis" | "pusher">;
  readonly lease: () => string;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
}

/**
 * Keeps count of the channels of Pusher apps. Undefined where there are none: then nothing is counted and no connection made.
 * @throws StartupError when Redis cannot be used.
 */
export async function openOccupancy({
  settings: { redis, pusher },
  lease,
  logger,
  stack,
}: OpenOccupancy): Promise<{ keeper: OccupancyKeeper; teller: DoorTeller } | undefined> {
  if (pusher.apps.length === 0) return undefined;
  const apps = createPusherApps(pusher);
  const tells = (realm: string) => {
    const app = apps.byId(realm);
    const wants = (...names: readonly WebhookEventName[]) =>
      app !== undefined && names.some((name) => wantsEvent(app, name));
    return {
      edges: wants("channel_occupied", "channel_vacated", "member_added", "member_removed"),
      counts: wants("subscription_count"),
    };
  };
  const onRestored = () => keeper.restore();
  const occupancy = stack.use(await createRedisOccupancy({ redis, logger, tells, onRestored }));
  const realms = apps.all.map(({ id }) => id);
  const placeOf = (channel: ChannelName) => findPlace(apps, channel);
  const keeper: OccupancyKeeper = stack.use(new OccupancyKeeper({ occupancy, lease, placeOf, realms, logger }));
  return { keeper, teller: new DoorTeller(occupancy, logger) };
}

/** Channels of users are none of an app's: nobody asks whether they are occupied. */
function findPlace(apps: PusherApps, channel: ChannelName): WatchedPlace | undefined {
  const { namespace, rest: name } = splitChannelName(channel);
  const app = apps.byNamespace(namespace);
  if (app === undefined || nameProblem(name) !== undefined) return undefined;
  const isPresence = kindOfChannel(name).access === "presence";
  const countsMembers = isPresence && (wantsEvent(app, "member_added") || wantsEvent(app, "member_removed"));
  return { realm: app.id, name, countsMembers };
}

import type { ChannelName } from "@switchyard/broker/channel-name";
import { listedRealm } from "@switchyard/broker/occupancy";
import { createRedisOccupancy } from "@switchyard/broker/redis-occupancy";
import { splitChannelName } from "@switchyard/protocol/channel-name";
import type { Settings } from "@switchyard/runtime/settings";
import { OccupancyKeeper } from "./occupancy-keeper.ts";
import type { OpenOccupancy } from "./open-occupancy.ts";

/** Every user and every task has a channel of their own: who is online, and what became of a task, is asked elsewhere. */
const personal: ReadonlySet<string> = new Set(["user", "inbox", "task"]);
const nothing = { edges: false, counts: false };

/**
 * Keeps the index of channels that have subscribers, without telling anybody of a change. Undefined where the settings leave it off: then
 * nothing is counted and no connection made.
 * @throws StartupError when Redis cannot be used.
 */
export async function openChannelIndex({
  settings: { redis, events, pusher },
  lease,
  logger,
  stack,
}: OpenOccupancy & { readonly settings: Pick<Settings, "events"> }): Promise<OccupancyKeeper | undefined> {
  if (!events.channel_index) return undefined;
  const ofApps = new Set(pusher.apps.map(({ namespace }) => namespace));
  const placeOf = (channel: ChannelName) => {
    const { namespace } = splitChannelName(channel);
    const isListed = !ofApps.has(namespace) && !personal.has(namespace);
    return isListed ? { realm: listedRealm, name: channel, countsMembers: false } : undefined;
  };
  const onRestored = () => keeper.restore();
  const occupancy = stack.use(await createRedisOccupancy({ redis, logger, tells: () => nothing, onRestored }));
  const keeper: OccupancyKeeper = stack.use(
    new OccupancyKeeper({ occupancy, lease, placeOf, realms: [listedRealm], logger }),
  );
  return keeper;
}

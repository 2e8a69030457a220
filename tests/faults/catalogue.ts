import type { Scenario } from "./scenario.ts";
import { gatewayKill } from "./scenarios/f01-gateway-kill.ts";
import { drain } from "./scenarios/f02-drain.ts";
import { redisOutage } from "./scenarios/f03-redis-outage.ts";
import { redisEmptied } from "./scenarios/f04-redis-emptied.ts";
import { lostTail } from "./scenarios/f05-lost-tail.ts";
import { deafSubscriber } from "./scenarios/f08-deaf-subscriber.ts";
import { partition } from "./scenarios/f09-partition.ts";
import { halfOpenClient } from "./scenarios/f10-half-open-client.ts";
import { slowConsumer } from "./scenarios/f11-slow-consumer.ts";
import { herd } from "./scenarios/f12-herd.ts";
import { hotChannel } from "./scenarios/f13-hot-channel.ts";
import { coldJoin } from "./scenarios/f14-cold-join.ts";
import { subscribeRace } from "./scenarios/f14-subscribe-race.ts";
import { historyOverrun } from "./scenarios/f15-history-overrun.ts";
import { subscriptionFlood } from "./scenarios/f16-subscription-flood.ts";
import { outputBufferKill } from "./scenarios/f20-output-buffer.ts";
import { messageBombs } from "./scenarios/f32-message-bombs.ts";
import { deflateBombs } from "./scenarios/f33-deflate-bombs.ts";
import { garbage } from "./scenarios/f34-garbage.ts";
import { revocation } from "./scenarios/f36-revocation.ts";
import { refreshHook } from "./scenarios/f36-refresh-hook.ts";
import { tokenExpiry } from "./scenarios/f36-token-expiry.ts";

/** Every fault there is, by where it strikes; docs/reliability.md says what each must come to. */
export const gatewayFaults: readonly Scenario[] = [gatewayKill, drain, halfOpenClient, historyOverrun];

/** Of too much, or too slow a reader. */
export const loadFaults: readonly Scenario[] = [
  slowConsumer,
  herd,
  hotChannel,
  subscribeRace,
  coldJoin,
  subscriptionFlood,
];

/** Of Redis itself, and of the connections to it. */
export const redisFaults: readonly Scenario[] = [redisOutage, redisEmptied, lostTail];
export const redisLineFaults: readonly Scenario[] = [deafSubscriber, partition, outputBufferKill];

export const inputFaults: readonly Scenario[] = [
  messageBombs,
  deflateBombs,
  garbage,
  tokenExpiry,
  refreshHook,
  revocation,
];

/** Those that depend on what carries a client, which are also run over streams. */
export const carrierFaults: readonly Scenario[] = [
  gatewayKill,
  halfOpenClient,
  slowConsumer,
  herd,
  subscribeRace,
  coldJoin,
  historyOverrun,
  redisOutage,
  lostTail,
];

import type { StoredPublication } from "@switchyard/broker/broker";
import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { subscribeFlags, type SubscribeResult, type SubscribeWish } from "@switchyard/protocol/commands/subscribe";
import { HubError } from "@switchyard/protocol/hub-error";
import { encodeStoredPublication } from "@switchyard/protocol/push";
import type { ClientInfo } from "@switchyard/protocol/publication";
import { offsetMax, type StreamPosition } from "@switchyard/protocol/stream-position";
import type { Want } from "../recovery/recent-stream.ts";
import type { SharedReads } from "../recovery/shared-reads.ts";
import type { Hub } from "../hub/hub.ts";
import type { GatewayMetrics } from "../metrics/gateway-metrics.ts";
import type { Roster } from "../presence/roster.ts";
import { recover } from "../recovery/recover.ts";
import type { SessionServices } from "./services.ts";
import type { Subscription } from "../hub/subscription.ts";

export interface OpenSubscription {
  readonly services: OpeningServices;
  readonly subscription: Subscription;
  /** How others see the client in this channel. */
  readonly info: ClientInfo;
  readonly options: ChannelOptions;
  readonly request: SubscribeWish;
}

/** The part of `SessionServices` it takes. */
export interface OpeningServices {
  readonly hub: Hub;
  readonly reads: Pick<SharedReads, "read">;
  readonly roster: Pick<Roster, "join">;
  readonly metrics: Pick<GatewayMetrics, "recoveries">;
  readonly client: Pick<SessionServices["client"], "recovery_max_publication_limit">;
}

/** What to tell the client, and where the subscription stands once it has been told. */
export interface OpenedSubscription {
  readonly result: SubscribeResult;
  readonly position: StreamPosition | undefined;
}

/**
 * Joins a channel without gap and without duplicate: first become interested and wait for Redis to say so, then read
 * history. Everything published after the reading is held back by the subscription; everything before is in the reading.
 * In between the client is entered where others look who is there, so its own join comes behind the reply as well.
 * The caller sends the result and then calls `goLive` in the same turn.
 *
 * The subscription is the caller's to remove when this rejects.
 * @throws HubError 112 when the position is lost and the client asked to be told like that; 100 when Redis does not answer.
 */
export async function openSubscription(open: OpenSubscription): Promise<OpenedSubscription> {
  const { subscription, info, options, request } = open;
  const { hub, reads, roster, metrics, client } = open.services;
  subscription.hearsJoinLeave = options.join_leave && (options.force_push_join_leave || request.join_leave === true);
  await hub.add(subscription);
  await roster.join(subscription, options, info);
  const recoverable =
    options.keepsHistory && (options.force_recovery || (options.allow_recovery && request.recoverable === true));
  const positioned =
    recoverable ||
    (options.keepsHistory && (options.force_positioning || (options.allow_positioning && request.positioned === true)));
  if (!positioned) return { result: {}, position: undefined };

  const mode = options.force_recovery_mode;
  const isCacheStart = mode === "cache" && options.auto_cache_recover;
  const wantsRecovery = recoverable && (request.recover === true || isCacheStart);
  const from = { offset: request.offset ?? 0, epoch: request.epoch ?? "" };
  // One that was taken away meanwhile hears nothing any more, so what it read would be no measure for others.
  if (subscription.hasEnded) return { result: {}, position: undefined };
  const history = await reads.read(subscription.channel, wantOf(wantsRecovery, mode, from), {
    limit: client.recovery_max_publication_limit,
    historySize: options.history_size,
  });
  const position = { offset: history.offset, epoch: history.epoch };
  const result: SubscribeResult = {
    ...(recoverable ? { recoverable } : {}),
    positioned,
    epoch: position.epoch,
    ...(position.offset > 0 ? { offset: position.offset } : {}),
  };
  if (!wantsRecovery) return { result, position };

  const { recovered, publications } = recover({ mode, from, history });
  if (request.recover === true) metrics.recoveries.inc({ result: recovered ? "recovered" : "lost" });
  if (recovered) return { result: continued(result, from.offset, publications), position };
  if (request.recover !== true) return { result, position };
  if (((request.flag ?? 0) & subscribeFlags.errorOnLostPosition) !== 0) throw new HubError("unrecoverablePosition");
  return { result: { ...result, was_recovering: true }, position };
}

/** The offset is the one that was asked from: the client advances it by each publication it is handed. */
function continued(
  result: SubscribeResult,
  fromOffset: number,
  publications: readonly StoredPublication[],
): SubscribeResult {
  const { offset: _, ...rest } = result;
  return {
    ...rest,
    ...(fromOffset > 0 ? { offset: fromOffset } : {}),
    recovered: true,
    was_recovering: true,
    publications: publications.map(encodeStoredPublication),
  };
}

function wantOf(wantsRecovery: boolean, mode: "stream" | "cache", from: StreamPosition): Want {
  if (!wantsRecovery) return { kind: "top" };
  if (mode === "cache") return { kind: "newest" };
  // No stream counts so far: there is nothing to read, and the client is told that its position is lost.
  return from.offset > offsetMax ? { kind: "top" } : { kind: "after", ...from };
}

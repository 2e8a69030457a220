import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { HubError } from "@switchyard/protocol/hub-error";
import { chainDeltas, type SentPublication } from "@switchyard/protocol/publication-delta";
import type { TagFilter } from "@switchyard/protocol/tag-filter";
import { offsetMax, type StreamPosition } from "@switchyard/protocol/stream-position";
import type { Subscription, SubscriptionAccess } from "../hub/subscription.ts";
import type { Accepts, Want } from "../recovery/recent-stream.ts";
import { recover } from "../recovery/recover.ts";
import type { Client } from "./client.ts";
import type { SessionServices } from "./services.ts";

/** A client is to be subscribed: because it asks, because its token says so, or because the back end does. */
export interface SubscribeOrder {
  readonly client: Pick<Client, "join" | "grant" | "leave" | "infoIn">;
  readonly channel: ChannelName;
  /** Of the channel, with what a token or the back end overrides. */
  readonly options: ChannelOptions;
  /** The client did not ask for it and need not know of it beforehand. */
  readonly isServerSide: boolean;
  readonly access?: SubscriptionAccess | undefined;
  readonly wish: SubscribeWish;
  /** What the channel is about, for a client that does not continue from where it stands. */
  readonly snapshot?: Snapshot | undefined;
}

/** JSON text, and the position it is of: what is published later is not in it. Read once the channel is heard. */
export type Snapshot = () => Promise<{ readonly dataJson: string; readonly position: StreamPosition }>;

/** What a client would like; the options of the channel decide what it gets. */
export interface SubscribeWish {
  readonly isPositioned?: boolean | undefined;
  readonly isRecoverable?: boolean | undefined;
  readonly hearsJoinLeave?: boolean | undefined;
  /** Where it stands and wants to continue; an empty epoch means that it does not know one. */
  readonly from?: StreamPosition | undefined;
  /** Which publications it wants, by their tags. Whether the channel has filters is checked before. */
  readonly filter?: TagFilter | undefined;
  /** The kind of deltas it can read. */
  readonly delta?: string | undefined;
  /** It would rather be refused than subscribed without what it has missed. */
  readonly refusesLoss?: boolean | undefined;
}

/** The client is subscribed once its door has told it so and has called `subscription.goLive(position)` in the same turn. */
export interface Subscribed {
  readonly subscription: Subscription;
  readonly isRecoverable: boolean;
  /** It is sent what has changed since the publication before, where that is shorter. */
  readonly hasDeltas: boolean;
  /** The top of the stream that the answer covers; undefined when losses are not watched for. */
  readonly position: StreamPosition | undefined;
  /** Undefined when the client begins here, without a past. */
  readonly recovery: Recovery | undefined;
  /** Undefined for a client that continues, and of channels that have none. */
  readonly snapshotJson?: string | undefined;
}

export interface Recovery {
  readonly from: StreamPosition;
  /** All that was missed is in `publications`; if not, nothing is. */
  readonly isComplete: boolean;
  readonly publications: readonly SentPublication[];
}

/** The part of `SessionServices` it takes. */
export type SubscribeServices = Pick<SessionServices, "hub" | "reads"> & {
  readonly roster: Pick<SessionServices["roster"], "join">;
  readonly metrics: Pick<SessionServices["metrics"], "recoveries">;
  readonly client: Pick<SessionServices["client"], "recovery_max_publication_limit">;
};

/**
 * Subscribes a client without gap and without duplicate: first become interested and wait for Redis to say so, then read
 * history. Everything published after the reading is held back by the subscription; everything before is in the reading.
 * In between the client is entered where others look who is there, so its own join comes behind the answer as well.
 *
 * Undefined when the client is closed. A subscription that was taken away meanwhile has ended; its client was told.
 * @throws HubError 112 when the position is lost and the client wants to be refused then; 100 when Redis does not answer.
 *   Nothing of the attempt remains: the client may be told to try again, and a remnant would be in its way for ever.
 */
export async function subscribeClient(
  order: SubscribeOrder,
  services: SubscribeServices,
): Promise<Subscribed | undefined> {
  const { client, channel, isServerSide, access } = order;
  const subscription = client.join(channel, isServerSide);
  if (subscription === undefined) return undefined;
  if (access !== undefined) client.grant(subscription, access);
  try {
    return await open(subscription, order, services);
  } catch (error) {
    client.leave(subscription);
    throw error;
  }
}

async function open(
  subscription: Subscription,
  { client, channel, options, wish, snapshot }: SubscribeOrder,
  services: SubscribeServices,
): Promise<Subscribed> {
  const { hub, roster } = services;
  const hearsJoinLeave = wish.hearsJoinLeave === true || options.force_push_join_leave;
  subscription.hearsJoinLeave = options.join_leave && hearsJoinLeave;
  const hasDeltas = agreesOnDeltas(wish, options);
  await hub.add(subscription, { filter: wish.filter, deltas: hasDeltas });
  await roster.join(subscription, options, client.infoIn(channel));
  const { keepsHistory } = options;
  const isRecoverable =
    keepsHistory && (options.force_recovery || (options.allow_recovery && wish.isRecoverable === true));
  const isPositioned =
    isRecoverable ||
    (keepsHistory && (options.force_positioning || (options.allow_positioning && wish.isPositioned === true)));
  const unwatched = { subscription, isRecoverable, hasDeltas, position: undefined, recovery: undefined };
  // One that was taken away meanwhile hears nothing any more, so what it read would be no measure for others.
  if (!isPositioned || subscription.hasEnded) return unwatched;
  if (snapshot !== undefined && wish.from === undefined) return { ...unwatched, ...(await begin(snapshot)) };
  const place = await read(subscription, isRecoverable, { options, wish }, services);
  const isContinued = snapshot === undefined || place.recovery?.isComplete === true;
  return { ...unwatched, ...place, ...(isContinued ? {} : await begin(snapshot)) };
}

async function begin(snapshot: Snapshot): Promise<Pick<Subscribed, "position" | "snapshotJson">> {
  const { dataJson, position } = await snapshot();
  return { position, snapshotJson: dataJson };
}

/** As with Centrifugo, a wish that is not granted is no error: the client gets everything whole. */
function agreesOnDeltas({ delta, filter }: SubscribeWish, { allowed_delta_types }: ChannelOptions): boolean {
  return filter === undefined && allowed_delta_types.some((type) => type === delta);
}

async function read(
  subscription: Subscription,
  isRecoverable: boolean,
  { options, wish }: Pick<SubscribeOrder, "options" | "wish">,
  { hub, reads, metrics, client }: SubscribeServices,
): Promise<Pick<Subscribed, "position" | "recovery">> {
  const { channel, tailoring } = subscription;
  const mode = options.force_recovery_mode;
  const asks = wish.from !== undefined;
  const isCacheStart = mode === "cache" && options.auto_cache_recover;
  const from = wish.from ?? { offset: 0, epoch: "" };
  const wants = isRecoverable && (asks || isCacheStart);
  const filter = tailoring?.kind === "filter" ? tailoring.filter : undefined;
  const accepts: Accepts | undefined = filter && ((publication) => filter.accepts(publication));
  const want: Want = wants ? wantOf(mode, from, accepts) : { kind: "top" };
  const history = await reads.read(channel, want, {
    limit: client.recovery_max_publication_limit,
    historySize: options.history_size,
  });
  const position = { offset: history.offset, epoch: history.epoch };
  if (!wants) return { position, recovery: undefined };
  const { recovered: isComplete, publications } = recover({ mode, from, history, accepts });
  if (asks) metrics.recoveries.inc({ result: isComplete ? "recovered" : "lost" });
  if (asks && !isComplete && wish.refusesLoss === true) throw new HubError("unrecoverablePosition");
  if (!asks && !isComplete) return { position, recovery: undefined };
  if (tailoring?.kind !== "deltas") return { position, recovery: { from, isComplete, publications } };
  const chain = chainDeltas(publications);
  const last = chain.at(-1)?.delta?.parts;
  if (last !== undefined) hub.continueFrom(subscription, last);
  return { position, recovery: { from, isComplete, publications: chain } };
}

function wantOf(mode: "stream" | "cache", from: StreamPosition, accepts: Accepts | undefined): Want {
  if (mode === "cache") return { kind: "newest", accepts };
  // No stream counts so far: there is nothing to read, and the client is told that its position is lost.
  return from.offset > offsetMax ? { kind: "top" } : { kind: "after", ...from };
}

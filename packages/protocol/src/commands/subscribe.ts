import Type, { type Static } from "typebox";

/** How a client wishes to be subscribed; also of server-side subscriptions, in `connect.subs`. */
export const SubscribeWish = Type.Object({
  recover: Type.Optional(Type.Boolean()),
  epoch: Type.Optional(Type.String()),
  offset: Type.Optional(Type.Integer({ minimum: 0 })),
  positioned: Type.Optional(Type.Boolean()),
  recoverable: Type.Optional(Type.Boolean()),
  /** A bit field, see `subscribeFlags`. */
  flag: Type.Optional(Type.Integer({ minimum: 0 })),
  join_leave: Type.Optional(Type.Boolean()),
  /** The kind of deltas the client can read. What is no text is refused by name, as `tf` is. */
  delta: Type.Optional(Type.Unknown()),
});
export type SubscribeWish = Static<typeof SubscribeWish>;

export const SubscribeRequest = Type.Object({
  channel: Type.String(),
  token: Type.Optional(Type.String()),
  ...SubscribeWish.properties,
  /** For the back end, where it is asked. */
  data: Type.Optional(Type.Unknown()),
  /** Which publications the client wants, by their tags: a tree that `compileTagFilter` reads. */
  tf: Type.Optional(Type.Unknown()),
});
export type SubscribeRequest = Static<typeof SubscribeRequest>;

/**
 * What the client can do. The SDK always sets the first, for channel names as numbers, which we do not do; the second asks for
 * error 112 in place of `recovered: false`.
 */
export const subscribeFlags = { compaction: 1, errorOnLostPosition: 2 } as const;

/**
 * Absent means false, zero or empty. After a successful recovery `offset` is the one the client asked from, not the top of
 * the stream: the SDK advances it by each publication it is handed.
 */
export interface SubscribeResult {
  readonly expires?: true;
  /** Seconds until the subscription token expires. */
  readonly ttl?: number;
  readonly recoverable?: true;
  readonly positioned?: true;
  readonly epoch?: string;
  readonly offset?: number;
  readonly recovered?: true;
  readonly was_recovering?: true;
}

export const UnsubscribeRequest = Type.Object({ channel: Type.String() });
export type UnsubscribeRequest = Static<typeof UnsubscribeRequest>;

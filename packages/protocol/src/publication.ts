import Type, { type Static } from "typebox";

/** Who a client is, as other clients see it. `user` is empty for the anonymous user. */
export const ClientInfo = Type.Object({
  user: Type.String(),
  client: Type.String(),
  conn_info: Type.Optional(Type.Unknown()),
  chan_info: Type.Optional(Type.Unknown()),
});
export type ClientInfo = Static<typeof ClientInfo>;

/** Small text labels beside the data. */
export const Tags = Type.Record(Type.String(), Type.String());
export type Tags = Static<typeof Tags>;

/** One message in a channel. `offset` is there when the channel keeps history, `info` when a client published it. */
export interface Publication {
  readonly data: unknown;
  readonly offset?: number;
  readonly info?: ClientInfo;
  readonly tags?: Tags;
}

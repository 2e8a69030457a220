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

/**
 * The body of a publication as its publisher encodes it, once for everybody: a JSON object that always has `data` and never
 * `offset`, which only Redis knows. A gateway splices the offset in behind the first byte (encoding/json-encoding.ts).
 */
export type PublicationBody = Omit<Publication, "offset">;

/**
 * @throws RangeError when the data is nested too deep for the platform's encoder (it accepts some 5 000 levels; its parser
 *   accepts more, so input that parsed can still fail here).
 */
export function encodePublicationBody(body: PublicationBody): string {
  return JSON.stringify({ data: body.data ?? null, info: body.info, tags: body.tags });
}

import { many, one, type Kind } from "../field.ts";
import { mapped } from "../map-field.ts";
import { bool, bytes, int64, text, uint32, uint64 } from "../kinds.ts";
import { message } from "../message.ts";

/**
 * The Centrifuge client protocol, version 2, as Protobuf: names and numbers are the protocol's, the statement is ours. Numbers that are
 * not here were used by older versions and mean nothing now.
 *
 * Where the JSON form embeds JSON (`data`, `conn_info`, `chan_info`), Protobuf has bytes.
 */
export const clientInfo = message({
  user: one(1, text),
  client: one(2, text),
  conn_info: one(3, bytes),
  chan_info: one(4, bytes),
});

/** Also has numbers for what only map channels and shared polls use: 11 key, 12 removed, 13 score, 14 epoch, 15 prev_data, 16 version. */
export const publication = message({
  offset: one(6, uint64),
  data: one(4, bytes),
  info: one(5, clientInfo),
  tags: mapped(7, text),
  /** `data` is a delta to the publication before. */
  delta: one(8, bool),
  /** When it was published, in milliseconds since 1970. */
  time: one(9, int64),
  /** Of a subscription to many channels: the one it came through. */
  channel: one(10, text),
});

export const streamPosition = message({ offset: one(1, uint64), epoch: one(2, text) });

/** How a subscription begins: in the reply to `subscribe`, and per channel in the reply to `connect`. */
export const subscribeResult = message({
  expires: one(1, bool),
  ttl: one(2, uint32),
  recoverable: one(3, bool),
  positioned: one(10, bool),
  epoch: one(6, text),
  offset: one(9, uint64),
  recovered: one(8, bool),
  was_recovering: one(12, bool),
  publications: many(7, publication),
  data: one(11, bytes),
  delta: one(13, bool),
});

/** The reply to `connect`, and the first push of a connection that only listens. */
export const connectResult = message({
  client: one(1, text),
  version: one(2, text),
  expires: one(3, bool),
  ttl: one(4, uint32),
  data: one(5, bytes),
  subs: mapped(6, subscribeResult),
  ping: one(7, uint32),
  pong: one(8, bool),
  session: one(9, text),
  node: one(10, text),
  time: one(11, int64),
});

/** A message as a value somebody else fills in, where only its being there counts. */
export const empty: Kind<object> = message({});

import { always, many, one, type Kind } from "../field.ts";
import { mapped } from "../map-field.ts";
import { bool, bytes, int32, int64, text, uint32, uint64 } from "../kinds.ts";
import { message } from "../message.ts";
import { empty, streamPosition } from "./shared.ts";

/** A condition on tags: a leaf compares one, the others (`op`) join nodes. */
interface FilterNode {
  readonly op?: string;
  readonly key?: string;
  readonly cmp?: string;
  readonly val?: string;
  readonly vals?: readonly string[];
  readonly nodes?: readonly FilterNode[];
}

// Its own part, so named before it is there.
const nestedFilterNode: Kind<FilterNode> = {
  wire: 2,
  zero: undefined,
  read: (reader, depth) => filterNode.read(reader, depth),
  write: (writer, value) => filterNode.write(writer, value),
};

const filterNode: Kind<FilterNode> = message({
  op: one(1, text),
  key: one(2, text),
  cmp: one(3, text),
  val: one(4, text),
  vals: many(5, text),
  nodes: many(6, nestedFilterNode),
});

/** Fields from `type` on belong to map channels and shared polls. They are read so that they can be refused. */
const subscription = {
  token: one(2, text),
  recover: one(3, bool),
  epoch: one(6, text),
  offset: one(7, uint64),
  data: one(8, bytes),
  positioned: one(9, bool),
  recoverable: one(10, bool),
  join_leave: one(11, bool),
  delta: one(12, text),
  tf: one(13, filterNode),
  flag: one(14, int64),
  type: one(15, int32),
  phase: one(16, int32),
  cursor: one(17, text),
  limit: one(18, int32),
  asc: one(19, bool),
};
const subscribeRequest = message({ channel: always(1, text), ...subscription });

export const connectRequest = message({
  token: one(1, text),
  data: one(2, bytes),
  subs: mapped(3, message(subscription)),
  name: one(4, text),
  version: one(5, text),
  /** What a browser cannot set as headers. */
  headers: mapped(6, text),
  flag: one(7, int64),
});

const channelRequest = message({ channel: always(1, text) });

/** `type`, `key` and `removed` belong to map channels. */
const publishRequest = message({
  channel: always(1, text),
  data: one(2, bytes),
  type: one(3, int32),
  key: one(4, text),
  removed: one(5, bool),
});

const historyRequest = message({
  channel: always(1, text),
  limit: one(7, int32),
  since: one(8, streamPosition),
  reverse: one(9, bool),
});

/** `type`, `track` and `untrack` belong to shared polls; what is in a batch is of no interest to who refuses it. */
const subRefreshRequest = message({
  channel: always(1, text),
  token: always(2, text),
  type: one(3, int32),
  track: many(4, empty),
  untrack: many(5, text),
});

/** What a client sends: an id, and under one of the names what it wants. */
export const command = message({
  id: one(1, uint32),
  connect: one(4, connectRequest),
  subscribe: one(5, subscribeRequest),
  unsubscribe: one(6, channelRequest),
  publish: one(7, publishRequest),
  presence: one(8, channelRequest),
  presence_stats: one(9, channelRequest),
  history: one(10, historyRequest),
  ping: one(11, empty),
  send: one(12, message({ data: one(1, bytes) })),
  rpc: one(13, message({ data: one(1, bytes), method: one(2, text) })),
  refresh: one(14, message({ token: always(1, text) })),
  sub_refresh: one(15, subRefreshRequest),
});

/** An uplink of a connection whose downlink is another request: `data` is a frame of commands. */
export const emulationRequest = message({ node: always(1, text), session: always(2, text), data: one(3, bytes) });

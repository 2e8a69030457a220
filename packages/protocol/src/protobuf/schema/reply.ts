import { many, one } from "../field.ts";
import { mapped } from "../map-field.ts";
import { bool, bytes, int64, text, uint32, uint64 } from "../kinds.ts";
import { message } from "../message.ts";
import { clientInfo, connectResult, empty, publication, subscribeResult } from "./shared.ts";

const expiry = { expires: one(1, bool), ttl: one(2, uint32) };
const presence = message({ info: one(1, clientInfo) });

/** What the server sends unasked. A connection that only listens gets it as it is, others inside a reply. */
export const push = message({
  channel: one(2, text),
  pub: one(4, publication),
  join: one(5, presence),
  leave: one(6, presence),
  unsubscribe: one(7, message({ code: one(2, uint32), reason: one(3, text) })),
  message: one(8, message({ data: one(1, bytes) })),
  subscribe: one(
    9,
    message({
      recoverable: one(1, bool),
      positioned: one(6, bool),
      epoch: one(4, text),
      offset: one(5, uint64),
      data: one(7, bytes),
    }),
  ),
  connect: one(
    10,
    message({
      client: one(1, text),
      version: one(2, text),
      data: one(3, bytes),
      subs: mapped(4, subscribeResult),
      expires: one(5, bool),
      ttl: one(6, uint32),
      ping: one(7, uint32),
      pong: one(8, bool),
      session: one(9, text),
      node: one(10, text),
      time: one(11, int64),
    }),
  ),
  disconnect: one(11, message({ code: one(1, uint32), reason: one(2, text), reconnect: one(3, bool) })),
  refresh: one(12, message(expiry)),
});

/** What the server sends: an answer under the id of its command, a push without one, or nothing at all, which is a ping. */
export const reply = message({
  id: one(1, uint32),
  error: one(2, message({ code: one(1, uint32), message: one(2, text), temporary: one(3, bool) })),
  push: one(4, push),
  connect: one(5, connectResult),
  subscribe: one(6, subscribeResult),
  unsubscribe: one(7, empty),
  publish: one(8, empty),
  presence: one(9, message({ presence: mapped(1, clientInfo) })),
  presence_stats: one(10, message({ num_clients: one(1, uint32), num_users: one(2, uint32) })),
  history: one(11, message({ publications: many(1, publication), offset: one(3, uint64), epoch: one(2, text) })),
  rpc: one(13, message({ data: one(1, bytes) })),
  refresh: one(
    14,
    message({ client: one(1, text), version: one(2, text), expires: one(3, bool), ttl: one(4, uint32) }),
  ),
  sub_refresh: one(15, message(expiry)),
});

import { mintToken } from "@switchyard/testkit/mint-token";
import type { FrameContent } from "./frame-counter.ts";
import { tokenSecret } from "../servers/token-secret.ts";

/** How a server wants to be spoken to: what the tiny client must know to subscribe, stay connected and count. */
export interface Dialect {
  /** Path and query of the upgrade request, or of the request for a stream. */
  readonly path: (channel: string) => string;
  /** A stream is asked for by POST, with the greeting as its body; left out, by GET. */
  readonly isPosted?: boolean;
  /** Frames sent once the upgrade is done, text or binary. */
  readonly greeting: (channel: string) => readonly (string | Buffer)[];
  /** True for the frame that proves the subscription; a dialect without one is subscribed when the upgrade is done. */
  readonly isSubscribed?: (frame: string) => boolean;
  readonly holds: FrameContent;
  /** A message of exactly this text is a heartbeat to be answered with `pong`. */
  readonly ping?: string;
  readonly pong?: string;
}

/** Centrifuge's JSON protocol, as our gateway speaks it. */
const centrifuge: Dialect = {
  path: () => "/connection/websocket",
  greeting: (channel) => [`{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"${channel}"}}`],
  isSubscribed: (frame) => frame.includes('"id":2') && frame.includes('"subscribe"'),
  holds: "lines",
  ping: "{}",
  pong: "{}",
};

/** The same with deltas. */
const centrifugeDeltas: Dialect = {
  ...centrifuge,
  greeting: (channel) => [`{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"${channel}","delta":"fossil"}}`],
  isSubscribed: (frame) => frame.includes('"delta":true'),
};

/** The same in Protobuf, by hand: a connect and a subscribe, each behind its length; a reply to id 2 begins with that. */
const centrifugeProtobuf: Dialect = {
  path: () => "/connection/websocket?format=protobuf",
  greeting(channel) {
    const name = Buffer.from(channel);
    const subscribe = Buffer.from([0x08, 2, 0x2a, name.length + 2, 0x0a, name.length, ...name]);
    return [Buffer.from([4, 0x08, 1, 0x22, 0, subscribe.length, ...subscribe])];
  },
  isSubscribed: (frame) => frame.includes("\u0008\u0002"),
  holds: "lengths",
  ping: "\0",
  pong: "\0",
};

/** The same over an event stream, the greeting in its URL. Pings are not answered: the server must not send any. */
const centrifugeSse: Dialect = {
  ...centrifuge,
  path: (channel) => `/connection/sse?cf_connect=${encodeURIComponent(String(centrifuge.greeting(channel)[0]))}`,
  holds: "stream",
};

/** The same over an HTTP stream. */
const centrifugeHttpStream: Dialect = {
  ...centrifuge,
  path: () => "/connection/http_stream",
  isPosted: true,
  holds: "stream",
};

/** The Pusher protocol, one message a frame. Pings are as long as publications: the server must not send any. */
const pusher: Dialect = {
  path: () => "/app/bench-key?protocol=7",
  greeting: (channel) => [`{"event":"pusher:subscribe","data":{"channel":"${channel}"}}`],
  isSubscribed: (frame) => frame.includes("subscription_succeeded"),
  holds: "one",
};

/** In JSON, as a signed-in user whose own channel the server subscribes at `connect`; the channel is `user:<uid>`. */
const centrifugeUser: Dialect = {
  ...centrifuge,
  greeting: (channel) => {
    const token = mintToken(tokenSecret, { sub: channel.slice("user:".length) });
    return [`{"id":1,"connect":{"token":"${token}"}}`];
  },
  isSubscribed: (frame) => frame.includes('"id":1') && frame.includes('"subs":{"user:'),
};

/** The bare `ws` loop: one text frame per message and nothing else. */
const plain: Dialect = {
  path: (channel) => `/?channel=${channel}`,
  greeting: () => [],
  holds: "one",
};

/** Engine.IO 4 without polling, and Socket.IO 5 packets inside; the server joins the room named in the query. */
const socketIo: Dialect = {
  path: (channel) => `/socket.io/?EIO=4&transport=websocket&channel=${channel}`,
  greeting: () => ["40"],
  isSubscribed: (frame) => frame.startsWith("40{"),
  holds: "one",
  ping: "2",
  pong: "3",
};

/** Our gateway's frames without its protocol around them, for the blast server. */
const bareLines: Dialect = { ...plain, holds: "lines" };

export const dialects = {
  centrifuge,
  centrifugeDeltas,
  centrifugeProtobuf,
  centrifugeSse,
  centrifugeHttpStream,
  centrifugeUser,
  pusher,
  plain,
  socketIo,
  bareLines,
};
export type DialectName = keyof typeof dialects;

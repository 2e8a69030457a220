import type { Publisher } from "@switchyard/broker/broker";
import { knownChannelName } from "@switchyard/broker/channel-name";
import { createRedisPublisher } from "@switchyard/broker/redis-publisher";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { eventPayload } from "@switchyard/pusher/event";
import { loadSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { createAdapter } from "@socket.io/redis-adapter";
import { Redis } from "ioredis";
import { Server } from "socket.io";
import { channelOfApp, pusherEnvironment } from "../servers/pusher-environment.ts";
import type { Payload } from "./payload.ts";

export type EmitterKind =
  | "switchyard"
  | "switchyard-protobuf"
  | "switchyard-deltas"
  | "switchyard-sse"
  | "switchyard-http-stream"
  | "switchyard-pusher"
  | "ws-loop"
  | "socket-io";

/** Hands one message to the backplane; rejects when it was not taken. */
export type Emit = (channel: string, payload: Payload) => Promise<unknown>;

/** The way each server's own documentation publishes from another process; all of them end in one Redis PUBLISH. */
export function openEmitter(kind: EmitterKind, redisUrl: string): Promise<Emit> {
  return emitters[kind](redisUrl);
}

/** The publish script, with all the API does except HTTP. */
async function emitJson(redisUrl: string): Promise<Emit> {
  const publisher = await openPublisher(redisUrl);
  return (channel, data) => publisher.publish(knownChannelName(channel), { payload: JSON.stringify(data) });
}

const emitters: Readonly<Record<EmitterKind, (redisUrl: string) => Promise<Emit>>> = {
  switchyard: emitJson,
  /** Subscribers differ, what is published does not. */
  "switchyard-protobuf": emitJson,
  "switchyard-sse": emitJson,
  "switchyard-http-stream": emitJson,
  /** The same, with the time in a tag: in a delta it could not be found. */
  async "switchyard-deltas"(redisUrl) {
    const publisher = await openPublisher(redisUrl);
    return (channel, data) => {
      const body = { payload: JSON.stringify(data), tags: { t: data.t } };
      return publisher.publish(knownChannelName(channel), body, { delta: true });
    };
  },
  /** An event of an app, whose data is a text with the JSON in it, as its back ends send it. */
  async "switchyard-pusher"(redisUrl) {
    const publisher = await openPublisher(redisUrl, pusherEnvironment);
    return (channel, data) => {
      const payload = eventPayload("message", JSON.stringify(JSON.stringify(data)));
      return publisher.publish(knownChannelName(channelOfApp(channel)), { payload });
    };
  },
  async "ws-loop"(redisUrl) {
    const redis = new Redis(redisUrl);
    await redis.ping();
    return (channel, payload) => redis.publish(channel, JSON.stringify(payload));
  },
  /** A second Socket.IO server without clients: what `@socket.io/redis-emitter` does, through the adapter itself. */
  async "socket-io"(redisUrl) {
    const [publishing, subscribing] = [new Redis(redisUrl), new Redis(redisUrl)];
    await Promise.all([publishing.ping(), subscribing.ping()]);
    const server = new Server({ adapter: createAdapter(publishing, subscribing) });
    return async (channel, payload) => server.to(channel).emit("message", payload);
  },
};

function openPublisher(redisUrl: string, env: Readonly<Record<string, string>> = {}): Promise<Publisher> {
  const settings = loadSettings({ SWITCHYARD_REDIS_URL: redisUrl, ...env });
  return createRedisPublisher({
    redis: settings.redis,
    rules: createChannelRules(settings.channel),
    logger: createLogger({ app: "bench", level: "warn" }),
  });
}

import { startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { connectPeer, type CentrifugePeer, type PeerOptions } from "@switchyard/testkit/centrifuge-peer";
import { mintToken } from "@switchyard/testkit/mint-token";
import { startTestRedis } from "@switchyard/testkit/redis-fixture";

/** For tests of what happens to those who say nothing; all others have the time there is by default. */
export const impatience = {
  SWITCHYARD_CLIENT_STALE_CLOSE_DELAY: "2s",
  SWITCHYARD_CLIENT_PING_INTERVAL: "2s",
  SWITCHYARD_CLIENT_PONG_TIMEOUT: "1500ms",
};

/** One real gateway with a namespace for every kind of channel. */
export interface ProtocolGateway {
  readonly url: string;
  readonly secret: string;
  readonly redisUrl: string;
  /** Every line the gateway has written. */
  readonly log: readonly string[];
  /** A channel name nobody has used. */
  channel(namespace?: "open" | "kept" | "watched" | "price" | "closed"): string;
  connected(user?: string, options?: PeerOptions): Promise<CentrifugePeer>;
  /** Fails unless a new client can connect and subscribe. */
  checkHealth(): Promise<void>;
  close(): Promise<void>;
}

const secret = "protocol-test-secret-of-32-characters";
const namespaces = [
  { name: "open", allow_subscribe_for_client: true, allow_publish_for_subscriber: true },
  {
    name: "kept",
    allow_subscribe_for_client: true,
    allow_publish_for_subscriber: true,
    allow_history_for_subscriber: true,
    history_size: 5,
    history_ttl: "60s",
    force_recovery: true,
  },
  {
    name: "watched",
    allow_subscribe_for_client: true,
    allow_subscribe_for_anonymous: true,
    presence: true,
    allow_presence_for_client: true,
  },
  { name: "price", allow_subscribe_for_client: true, allow_publish_for_subscriber: true, conflate_interval: "300ms" },
  { name: "closed" },
];

/** @param env beside, or instead of, what is set below */
export async function startProtocolGateway(env: Readonly<Record<string, string>> = {}): Promise<ProtocolGateway> {
  const redis = await startTestRedis();
  const gateway: AppProcess = await startApp("gateway", {
    SWITCHYARD_REDIS_URL: redis.url,
    SWITCHYARD_TOKEN_SECRET: secret,
    SWITCHYARD_CLIENT_CHANNEL_LIMIT: "3",
    SWITCHYARD_CHANNEL_NAMESPACES: JSON.stringify(namespaces),
    ...env,
  });
  const url = `ws://127.0.0.1:${gateway.port}/connection/websocket`;
  let last = 0;
  const channel = (namespace = "open") => `${namespace}:${++last}`;
  const connected = async (user = "u", options: PeerOptions = {}) => {
    const peer = await connectPeer(url, options);
    await peer.call({ connect: { token: mintToken(secret, { sub: user }) } });
    return peer;
  };
  return {
    url,
    secret,
    redisUrl: redis.url,
    log: gateway.log,
    channel,
    connected,
    async checkHealth() {
      const peer = await connected();
      const reply = await peer.call({ subscribe: { channel: channel() } });
      if (reply["subscribe"] === undefined) throw new Error(`the gateway is not well: ${JSON.stringify(reply)}`);
      await peer.close();
    },
    async close() {
      await gateway.stop();
      await redis.close();
    },
  };
}

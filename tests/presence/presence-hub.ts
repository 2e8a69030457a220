import { startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { connectPeer, type CentrifugePeer } from "@switchyard/testkit/centrifuge-peer";
import { mintToken } from "@switchyard/testkit/mint-token";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Centrifuge } from "centrifuge";
import { WebSocket } from "ws";

type Json = Record<string, unknown>;

/** Gateways over one Redis, with rooms that keep presence in different ways. */
export interface PresenceHub {
  readonly redis: TestRedis;
  readonly gateways: readonly AppProcess[];
  /** A client of this user at the n-th gateway, connected. */
  connected(gateway: number, user: string): Promise<Client>;
  /** The SDK as it comes from npm, connected. */
  sdk(gateway: number, user: string): Promise<Centrifuge>;
  /** A client that hears every event of the hub. */
  listener(gateway: number): Promise<Client>;
  close(): Promise<void>;
}

export interface Client extends CentrifugePeer {
  /** The client id. */
  readonly id: string;
  subscribe(channel: string): Promise<void>;
  /** Client ids. */
  present(channel: string): Promise<string[]>;
  stats(channel: string): Promise<unknown>;
  /** Joins and leaves heard so far in a channel, as `join user`. */
  heard(channel: string): string[];
  /** Events of the hub heard so far, as `online user` or `vacated channel`. */
  events(): string[];
}

const secret = "presence-test-secret-of-32-characters";
const room = { allow_subscribe_for_client: true, allow_presence_for_subscriber: true };
const told = { presence: true, join_leave: true, force_push_join_leave: true };
/** Those who leave have two seconds to come back: a reload is to be seen as one on a busy machine too. */
const namespaces = [
  { name: "room", ...room, ...told, channel_state_events: true },
  { name: "asked", ...room, presence: true, join_leave: true },
  { name: "calm", ...room, ...told, channel_state_events: true, leave_debounce: "2s" },
  { name: "plain", ...room },
];

export async function startPresenceHub(count: number): Promise<PresenceHub> {
  const redis = await startTestRedis({ appendOnly: true });
  const env = {
    SWITCHYARD_REDIS_URL: redis.url,
    SWITCHYARD_TOKEN_SECRET: secret,
    SWITCHYARD_CHANNEL_USER_PRESENCE_ENABLED: "true",
    SWITCHYARD_CHANNEL_USER_PRESENCE_LEAVE_DEBOUNCE: "2s",
    SWITCHYARD_CHANNEL_NAMESPACES: JSON.stringify(namespaces),
  };
  const gateways = await Promise.all(Array.from({ length: count }, () => startApp("gateway", env)));
  const urlOf = (gateway: number) => `ws://127.0.0.1:${gateways[gateway]?.port}/connection/websocket`;
  const connected = async (gateway: number, user: string): Promise<Client> => {
    const peer = await connectPeer(urlOf(gateway));
    const reply = await peer.call({ connect: { token: mintToken(secret, { sub: user }) } });
    return createClient(peer, (reply["connect"] as { client: string }).client);
  };
  return {
    redis,
    gateways,
    connected,
    async sdk(gateway, user) {
      const token = mintToken(secret, { sub: user, info: { name: user.toUpperCase() } });
      const sdk = new Centrifuge(urlOf(gateway), { websocket: WebSocket, token });
      sdk.connect();
      await sdk.ready(5_000);
      return sdk;
    },
    async listener(gateway) {
      const client = await connected(gateway, "back-end");
      const token = mintToken(secret, { sub: "back-end", channel: "hub:events" });
      expectSuccess(await client.call({ subscribe: { channel: "hub:events", token } }));
      return client;
    },
    async close() {
      await Promise.all(gateways.map((gateway) => gateway.stop()));
      await redis.close();
    },
  };
}

function createClient(peer: CentrifugePeer, id: string): Client {
  return Object.assign(Object.create(peer) as CentrifugePeer, {
    id,
    async subscribe(channel: string) {
      expectSuccess(await peer.call({ subscribe: { channel } }));
    },
    async present(channel: string) {
      const { presence } = expectSuccess(await peer.call({ presence: { channel } }))["presence"] as { presence: Json };
      return Object.keys(presence);
    },
    async stats(channel: string) {
      return expectSuccess(await peer.call({ presence_stats: { channel } }))["presence_stats"];
    },
    heard: (channel: string) => peer.pushes.flatMap((push) => (push["channel"] === channel ? readSignal(push) : [])),
    events: () => peer.pushes.flatMap(readEvent),
  });
}

function readSignal(push: Json): string[] {
  return ["join", "leave"].flatMap((kind) => {
    const signal = push[kind] as { info: { user: string } } | undefined;
    return signal === undefined ? [] : [`${kind} ${signal.info.user}`];
  });
}

function readEvent({ channel, pub }: Json): string[] {
  if (channel !== "hub:events" || pub === undefined) return [];
  const { event, ...about } = (pub as { data: { event: string; channel?: string; user?: string } }).data;
  return [`${event} ${about.channel ?? about.user}`];
}

function expectSuccess(reply: Json): Json {
  if (reply["error"] !== undefined) throw new Error(`refused: ${JSON.stringify(reply["error"])}`);
  return reply;
}

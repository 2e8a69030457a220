import { connectPeer, type CentrifugePeer, type PeerOptions } from "@switchyard/testkit/centrifuge-peer";
import { startFakeBackEnd, type FakeBackEnd, type Mood, type Question } from "@switchyard/testkit/fake-back-end";
import { startHub, type Hub } from "@switchyard/testkit/hub";

type Json = Record<string, unknown>;

/** One gateway whose back end says what a test wants it to. */
export interface HooksStage {
  readonly hub: Hub;
  readonly backEnd: FakeBackEnd;
  /** What the back end says from now on, by path (`connect`, `publish`, …); any other question is answered by a plain yes. */
  says(moods: Readonly<Record<string, Mood | ((question: Question) => Mood | Promise<Mood>)>>): void;
  /** Questions at this path so far. */
  asked(path: string): readonly Question[];
  /** A client that is in as this user, by a token. */
  client(user: string, claims?: Json): Promise<CentrifugePeer>;
  /** One that has no token: its connection and the answer to its `connect`. */
  stranger(connect?: Json, options?: PeerOptions): Promise<{ peer: CentrifugePeer; reply: Json }>;
  close(): Promise<void>;
}

export async function startHooksStage({ workers = 0 } = {}): Promise<HooksStage> {
  const backEnd = await startFakeBackEnd();
  const hub = await startHub({ gateways: 1, workers, settings: settingsFor(backEnd.url) });
  const open = (options?: PeerOptions) => connectPeer(hub.websocketUrl(), options);
  return {
    hub,
    backEnd,
    says(moods) {
      backEnd.mood = (question) => {
        const path = question.path.slice(1);
        const mood = moods[path] ?? { json: { result: path === "connect" ? { user: "" } : {} } };
        return typeof mood === "function" ? mood(question) : mood;
      };
    },
    asked: (path) => backEnd.asked.filter((question) => question.path === `/${path}`),
    async client(user, claims) {
      const peer = await open();
      await peer.call({ connect: { token: hub.token(user, claims) } });
      return peer;
    },
    async stranger(connect = {}, options) {
      const peer = await open(options);
      return { peer, reply: await peer.call({ connect }) };
    },
    async close() {
      await hub.close();
      await backEnd.close();
    },
  };
}

function settingsFor(url: string): Json {
  const timeout = "600ms";
  return {
    client: {
      proxy: {
        connect: {
          enabled: true,
          endpoint: `${url}/connect`,
          timeout,
          http_headers: ["Cookie", "X-Api-Key", "Connection"],
          emulated_headers: ["Authorization"],
          http: { static_headers: { "X-Api-Key": "the hub's" } },
        },
        refresh: { enabled: true, endpoint: `${url}/refresh`, timeout, token_connections: false, grace_limit: 1 },
      },
    },
    channel: {
      proxy: {
        subscribe: { endpoint: `${url}/subscribe`, timeout, include_connection_meta: true },
        publish: { endpoint: `${url}/publish`, timeout, http_headers: ["cookie"] },
        sub_refresh: { endpoint: `${url}/sub_refresh`, timeout },
      },
      without_namespace: { allow_subscribe_for_client: true, allow_publish_for_subscriber: true },
      namespaces: [
        {
          name: "asked",
          subscribe_proxy_enabled: true,
          publish_proxy_enabled: true,
          sub_refresh_proxy_enabled: true,
          allow_user_limited_channels: true,
          presence: true,
        },
        { name: "kept", history_size: 10, history_ttl: "60s", allow_recovery: true, publish_proxy_enabled: true },
        { name: "last", history_size: 1, history_ttl: "60s", force_recovery: true, force_recovery_mode: "cache" },
        { name: "binary", publish_proxy_enabled: true, publish_proxy_name: "in_base64" },
        { name: "free", allow_subscribe_for_client: true, allow_publish_for_client: true },
        { name: "judged", subscribe_proxy_enabled: true, subscribe_proxy_name: "judge", presence: true },
        { name: "dead", subscribe_proxy_enabled: true, subscribe_proxy_name: "dead" },
      ],
    },
    proxies: [
      { name: "in_base64", endpoint: `${url}/binary`, binary_encoding: true },
      { name: "judge", handler: "judge" },
      { name: "dead", endpoint: "http://127.0.0.1:1/" },
    ],
    handlers: { judge: { kind: "module", module: "tests/rpc/testing/judge.ts" } },
    plain: { enabled: true },
    tasks: { signing_secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
  };
}

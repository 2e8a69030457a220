import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { runInThisContext } from "node:vm";
import { authOf, channelText, userText } from "@switchyard/pusher/signature";
import { eventually } from "@switchyard/testkit/eventually";
import pusherModule from "pusher-js";
import { WebSocket } from "ws";

/** Its types say that the class is `default` of what is imported; at run time it is the import itself. */
const PusherClient = pusherModule as unknown as typeof pusherModule.default;
export type Pusher = InstanceType<typeof PusherClient>;

export const keys = { key: "shop-key", secret: "secret-of-the-shop" };

/** Of the settings file. */
export const settings = {
  channel: {
    namespaces: [
      {
        name: "shop",
        history_size: 100,
        history_ttl: "60s",
        allow_recovery: true,
        allow_presence_for_subscriber: true,
      },
      { name: "other" },
      { name: "closed" },
    ],
  },
  pusher: {
    apps: [
      { id: "1", ...keys, namespace: "shop", client_events: true, subscription_count: true, watchlists: true },
      { id: "2", key: "other-key", secret: "secret-of-the-other", namespace: "other" },
      { id: "3", key: "closed-key", secret: "secret-of-the-closed", namespace: "closed", enabled: false },
    ],
  },
};

export interface Visitor {
  /** In presence channels, and when it signs in. */
  readonly user?: string;
  readonly info?: object;
  readonly watchlist?: readonly string[];
  readonly key?: string;
}

/** A stock client, whose page asks its back end for signatures. */
export function openPusher(port: number, { user = "", info, watchlist, key = keys.key }: Visitor = {}): Pusher {
  return new PusherClient(key, {
    cluster: "",
    wsHost: "127.0.0.1",
    wsPort: port,
    forceTLS: false,
    enabledTransports: ["ws"],
    channelAuthorization: {
      transport: "ajax",
      endpoint: "",
      customHandler({ socketId, channelName: channel }, callback) {
        const channelData = JSON.stringify({ user_id: user, user_info: info });
        const isPresence = channel.startsWith("presence-");
        const text = channelText({ socketId, channel, channelData: isPresence ? channelData : undefined });
        callback(null, { auth: authOf(keys, text), ...(isPresence ? { channel_data: channelData } : {}) });
      },
    },
    userAuthentication: {
      transport: "ajax",
      endpoint: "",
      customHandler({ socketId }, callback) {
        const userData = JSON.stringify({ id: user, user_info: info, watchlist });
        callback(null, { auth: authOf(keys, userText(socketId, userData)), user_data: userData });
      },
    },
  });
}

export async function connected(pusher: Pusher): Promise<Pusher> {
  await eventually(() => {
    if (pusher.connection.state !== "connected") throw new Error(`it is ${pusher.connection.state}`);
  });
  return pusher;
}

type Channel = ReturnType<Pusher["subscribe"]>;

/** Subscribes, and notes every event as `name data`. */
export async function subscribed(pusher: Pusher, name: string): Promise<{ channel: Channel; heard: string[] }> {
  const heard: string[] = [];
  const channel = pusher.subscribe(name);
  channel.bind_global((event: string, data: unknown) => void heard.push(`${event} ${JSON.stringify(data)}`));
  await eventually(() => {
    if (!channel.subscribed) throw new Error(`${name}: ${heard.join(", ")}`);
  });
  return { channel, heard };
}

/** One address in front of gateways, which takes the next when told so, as a load balancer does. */
export async function openFront(port: number) {
  let target = port;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const behind = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    goOnTo: (next: number) => void (target = next),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** What the api serves, as a page runs it. */
export function recoverMissed(pusher: Pusher): void {
  runInThisContext(readFileSync(new URL("../../apps/api/pusher/recover-missed.js", import.meta.url), "utf8"));
  (globalThis as unknown as { recoverMissed: (pusher: Pusher) => void }).recoverMissed(pusher);
}

/** One that speaks the wire by hand, and says no version, as some clients do. */
export async function rawClient(port: number) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/app/${keys.key}`);
  const said: { event: string; data: string }[] = [];
  socket.on("message", (data: Buffer) => said.push(JSON.parse(data.toString()) as (typeof said)[number]));
  const hears = (event: string) =>
    eventually(() => {
      const message = said.find((one) => one.event === event);
      if (message === undefined) throw new Error(`${event} is not among ${JSON.stringify(said)}`);
      return typeof message.data === "string" ? message.data : JSON.stringify(message.data);
    });
  const { socket_id: socketId } = JSON.parse(await hears("pusher:connection_established")) as { socket_id: string };
  return {
    socket,
    socketId,
    said,
    hears,
    async say(event: string, data: object) {
      socket.send(JSON.stringify({ event, data }));
    },
    close: () => socket.close(),
  };
}

/** The code with which a gateway ends such a connection. */
export function closeOf(url: string): Promise<number> {
  return new Promise((resolve) => new WebSocket(url).on("close", resolve));
}

/** The status with which it refuses a page of this origin. */
export function statusOf(url: string, origin: string): Promise<number | undefined> {
  const socket = new WebSocket(url, { origin });
  socket.on("error", () => undefined);
  return new Promise((resolve) => socket.on("unexpected-response", (_, { statusCode }) => resolve(statusCode)));
}

/** What a client sends to be a member of a presence channel. */
export function memberOf(socketId: string, channel: string, user: string) {
  const channelData = JSON.stringify({ user_id: user });
  return { channel, auth: authOf(keys, channelText({ socketId, channel, channelData })), channel_data: channelData };
}

/** For a gateway whose every limit is soon reached. */
export const strict = {
  SWITCHYARD_CLIENT_CONNECTION_LIMIT: "2",
  SWITCHYARD_CLIENT_CHANNEL_LIMIT: "1",
  SWITCHYARD_CLIENT_ALLOWED_ORIGINS: "https://shop.example.com",
  SWITCHYARD_CLIENT_COMMAND_RATE_LIMIT: "5",
  SWITCHYARD_CLIENT_COMMAND_BURST_LIMIT: "5",
  SWITCHYARD_PUSHER_APPS: JSON.stringify([
    { ...settings.pusher.apps[0], presence_member_limit: 1 },
    { ...settings.pusher.apps[1], connection_limit: 1 },
  ]),
};

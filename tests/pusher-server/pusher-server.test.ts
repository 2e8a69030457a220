import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import Pusher from "pusher";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pythonWith } from "../sdks/prepare-sdks.ts";

/** Back ends of Pusher as they are, against two gateways, the api and a worker: npm and PyPI libraries, and PHP by hand. */

const key = "278d425bdf160c739803";
const secret = "7ad3773142a6692b25b8";
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface Told {
  readonly name: string;
  readonly channel: string;
  readonly [field: string]: unknown;
}
const told: Told[] = [];
/** Requests whose signature the library does not believe. */
let unbelieved = 0;
const receiver = createServer((request, response) => {
  let rawBody = "";
  request.setEncoding("utf8").on("data", (text: string) => (rawBody += text));
  request.on("end", () => {
    const webhook = pusher.webhook({ headers: request.headers as Record<string, string>, rawBody });
    if (webhook.isValid()) told.push(...(webhook.getEvents() as unknown as Told[]));
    else unbelieved++;
    response.end();
  });
});

let hub: Hub;
let pusher: Pusher;
let run: (program: string, ...options: string[]) => Promise<unknown>;
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const app = { id: "3", key, secret, namespace: "app", client_events: true, webhooks: [{ url }] };
  const settings = { pusher: { apps: [app] }, channel: { namespaces: [{ name: "app" }] } };
  hub = await startHub({ gateways: 2, workers: 1, settings });
  pusher = new Pusher({ appId: "3", key, secret, host: "127.0.0.1", port: String(hub.api.port), useTLS: false });
  run = async (program, ...options) => {
    const { stdout } = await promisify(execFile)(program, options, { env: { PATH: process.env["PATH"] } });
    return JSON.parse(stdout) as unknown;
  };
});
afterAll(async () => {
  await hub?.close();
  receiver.closeAllConnections();
  receiver.close();
});

interface Push {
  readonly channel: string;
  readonly pub?: { readonly data: { event?: string; data?: unknown } };
}

/** A client of another door in channels of the app: what it is sent, as `<channel> <data>` of the events of a name. */
async function connect(gateway: number, channels: readonly string[], user: string) {
  const peer = await connectPeer(hub.websocketUrl(gateway));
  const subs = Object.fromEntries(channels.map((channel) => [`app:${channel}`, {}]));
  await peer.call({ connect: { token: hub.token(user, { subs }) } });
  const events = (name: string) =>
    (peer.pushes as unknown as readonly Push[]).flatMap(({ channel, pub }) =>
      pub?.data.event === name ? [`${channel} ${String(pub.data.data)}`] : [],
    );
  return { events, closed: peer.closed };
}

const toldOf = (channel: string) => told.filter((event) => event.channel === channel);

test("every call of the libraries does what it says on all gateways, and webhooks tell once what has happened", async () => {
  const channels = ["news", "private-x", "presence-a"];
  const [one, two] = [await connect(0, channels, "app:u1"), await connect(1, channels, "app:u1")];
  const three = await connect(1, ["presence-a"], "app:u2");

  // npm
  await pusher.trigger(["news", "private-x"], "node", { n: 1 });
  await eventually(() => expect(two.events("node")).toEqual(['app:news {"n":1}', 'app:private-x {"n":1}']));
  await pusher.sendToUser("u2", "node", { n: 2 });
  await eventually(() => expect(three.events("node")).toEqual(['user:app:u2 {"n":2}']));

  // PyPI
  const python = await pythonWith(here("requirements.txt"));
  expect(await run(python, here("all-calls.py"), hub.api.url, key, secret)).toEqual({
    trigger: {},
    batch: {},
    to_user: {},
    channels: { channels: { "presence-a": { user_count: 2 } } },
    channel: { occupied: true, user_count: 2 },
    users: { users: expect.arrayContaining([{ id: "app:u1" }, { id: "app:u2" }]) },
    refused: expect.stringContaining("user_count can be asked of presence channels alone"),
  });
  for (const client of [one, two]) {
    await eventually(() => expect(client.events("python")).toHaveLength(5));
    expect(client.events("python").slice(2, 4)).toEqual(['app:news {"n": 2}', 'app:news {"n": 3}']);
  }

  // PHP by hand
  const php = (...request: string[]) => run("php", here("by-hand.php"), hub.api.url, key, secret, ...request);
  const body = JSON.stringify({ name: "php", channel: "news", data: '"汉字"', info: "subscription_count" });
  expect(await php("POST", "/apps/3/events", "", body)).toEqual({ channels: { news: { subscription_count: 2 } } });
  expect(await php("GET", "/apps/3/channels", "filter_by_prefix=p&info=subscription_count")).toEqual({
    channels: { "private-x": { subscription_count: 2 }, "presence-a": { subscription_count: 3 } },
  });
  await eventually(() => expect(two.events("php")).toEqual(['app:news "汉字"']));

  // What webhooks have been told so far, and what a killed gateway leaves.
  await eventually(() => expect(toldOf("presence-a")).toHaveLength(3));
  expect(toldOf("presence-a")).toEqual([
    { name: "channel_occupied", channel: "presence-a" },
    { name: "member_added", channel: "presence-a", user_id: "app:u1" },
    { name: "member_added", channel: "presence-a", user_id: "app:u2" },
  ]);
  await pusher.terminateUserConnections("u1");
  expect((await Promise.all([one.closed, two.closed])).map(({ code }) => code)).toEqual([3503, 3503]);
  await hub.gateways[1]?.kill();
  await eventually(() => expect(toldOf("presence-a")).toHaveLength(6), { timeoutMs: 25_000 });
  expect(toldOf("presence-a").slice(3)).toEqual([
    { name: "member_removed", channel: "presence-a", user_id: "app:u1" },
    { name: "member_removed", channel: "presence-a", user_id: "app:u2" },
    { name: "channel_vacated", channel: "presence-a" },
  ]);
  expect(toldOf("news").map(({ name }) => name)).toEqual(["channel_occupied", "channel_vacated"]);
  expect(await (await pusher.get({ path: "/channels" })).json()).toEqual({ channels: {} });
  expect(unbelieved).toBe(0);
});

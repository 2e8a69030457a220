import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { spawnBound } from "@switchyard/provision/spawn-bound";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import PusherServer from "pusher";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connected, keys, openPusher, settings, subscribed, type Pusher } from "../doors/pusher-app.ts";
import { pythonWith } from "../sdks/prepare-sdks.ts";

/** Back ends of Pusher as they are, npm and PyPI libraries and PHP by hand, and clients as they are, on two gateways. */

const { key, secret } = keys;
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
    const webhook = backEnd.webhook({ headers: request.headers as Record<string, string>, rawBody });
    if (webhook.isValid()) told.push(...(webhook.getEvents() as unknown as Told[]));
    else unbelieved++;
    response.end();
  });
});

// As with the SDKs of Centrifugo: where the machine's Python has no venv, the test says so and goes without it.
const python = await pythonWith(here("requirements.txt")).catch((error: unknown) => {
  console.warn(`the PyPI library is not tested here: ${String(error)}`);
  return undefined;
});

let hub: Hub;
let backEnd: PusherServer;
const clients: Pusher[] = [];
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const [app, ...others] = settings.pusher.apps;
  const pusher = { ...settings.pusher, apps: [{ ...app, webhooks: [{ url }] }, ...others] };
  hub = await startHub({ gateways: 2, workers: 1, settings: { ...settings, pusher } });
  backEnd = new PusherServer({ appId: "1", key, secret, host: "127.0.0.1", port: String(hub.api.port), useTLS: false });
});
afterAll(async () => {
  for (const client of clients) client.disconnect();
  await hub?.close();
  receiver.closeAllConnections();
  receiver.close();
});

async function run(program: string, ...options: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(program, options, { env: { PATH: process.env["PATH"] } });
  return JSON.parse(stdout) as unknown;
}

/** A stock client that has signed in and subscribed; `events` are those of a name, as `<channel> <data>`. */
async function visit(gateway: number, user: string, channels: readonly string[]) {
  const pusher = await connected(openPusher(hub.gateways[gateway]?.port ?? 0, { user }));
  clients.push(pusher);
  pusher.signin();
  const toUser: string[] = [];
  pusher.user.bind("node", (data: unknown) => void toUser.push(JSON.stringify(data)));
  await eventually(() => expect(pusher.user.serverToUserChannel?.subscribed).toBe(true));
  const heard = new Map<string, readonly string[]>();
  for (const name of channels) heard.set(name, (await subscribed(pusher, name)).heard);
  const events = (name: string) =>
    Array.from(heard).flatMap(([channel, lines]) =>
      lines.filter((line) => line.startsWith(`${name} `)).map((line) => `${channel} ${line.slice(name.length + 1)}`),
    );
  return { pusher, events, toUser };
}

/** Every call of the PyPI library. */
async function callFromPython(python: string, listeners: readonly Awaited<ReturnType<typeof visit>>[]): Promise<void> {
  expect(await run(python, here("all-calls.py"), hub.api.url, key, secret)).toEqual({
    trigger: {},
    batch: {},
    to_user: {},
    channels: { channels: { "presence-a": { user_count: 2 } } },
    channel: { occupied: true, user_count: 2 },
    users: { users: expect.arrayContaining([{ id: "u1" }, { id: "u2" }]) },
    refused: expect.stringContaining("user_count can be asked of presence channels alone"),
  });
  for (const { events } of listeners) {
    await eventually(() =>
      expect(events("python")).toEqual(['news {"n":1}', 'news {"n":2}', 'news {"n":3}', 'private-x {"n":1}']),
    );
  }
}

/** What webhooks were told of a channel, but for its count. */
const toldOf = (channel: string) => told.filter((event) => event.channel === channel && !/count/.test(event.name));

test("every call of the libraries does what it says on all gateways, and webhooks tell once what has happened", async () => {
  const channels = ["news", "private-x", "presence-a"];
  const [one, two] = [await visit(0, "u1", channels), await visit(1, "u1", channels)];
  const three = await visit(1, "u2", ["presence-a", "cache-empty"]);

  // npm
  await backEnd.trigger(["news", "private-x"], "node", { n: 1 }, { socket_id: one.pusher.connection.socket_id });
  await eventually(() => expect(two.events("node")).toEqual(['news {"n":1}', 'private-x {"n":1}']));
  await backEnd.sendToUser("u2", "node", { n: 2 });
  await eventually(() => expect(three.toUser).toEqual(['{"n":2}']));

  if (python !== undefined) await callFromPython(python, [one, two]);
  expect(one.events("node")).toEqual([]);

  // PHP by hand
  const php = (...request: string[]) => run("php", here("by-hand.php"), hub.api.url, key, secret, ...request);
  const body = JSON.stringify({ name: "php", channel: "news", data: '"汉字"', info: "subscription_count" });
  expect(await php("POST", "/apps/1/events", "", body)).toEqual({ channels: { news: { subscription_count: 2 } } });
  expect(await php("GET", "/apps/1/channels", "filter_by_prefix=p&info=subscription_count")).toEqual({
    channels: { "private-x": { subscription_count: 2 }, "presence-a": { subscription_count: 3 } },
  });
  await eventually(() => expect(two.events("php")).toEqual(['news "汉字"']));

  // What webhooks have been told so far, and what a killed gateway leaves.
  two.pusher.channel("private-x").trigger("client-typing", { n: 5 });
  await eventually(() => expect(one.events("client-typing")).toEqual(['private-x {"n":5}']));
  await eventually(() => expect(toldOf("private-x")).toHaveLength(2));
  const socketId = two.pusher.connection.socket_id;
  expect(toldOf("private-x")[1]).toEqual({
    name: "client_event",
    channel: "private-x",
    event: "client-typing",
    data: '{"n":5}',
    socket_id: socketId,
  });
  await eventually(() =>
    expect(toldOf("presence-a")).toEqual([
      { name: "channel_occupied", channel: "presence-a" },
      { name: "member_added", channel: "presence-a", user_id: "u1" },
      { name: "member_added", channel: "presence-a", user_id: "u2" },
    ]),
  );
  const ofCache = () => toldOf("cache-empty").map(({ name }) => name);
  await eventually(() => expect(ofCache().toSorted()).toEqual(["cache_miss", "channel_occupied"]));
  const counted = { name: "subscription_count", channel: "news", subscription_count: 2 };
  await eventually(() => expect(told).toContainEqual(counted));

  await backEnd.terminateUserConnections("u1");
  for (const { pusher } of [one, two]) await eventually(() => expect(pusher.connection.state).toBe("disconnected"));
  await hub.gateways[1]?.kill();
  await eventually(() => expect(toldOf("presence-a")).toHaveLength(6), { timeoutMs: 25_000 });
  expect(toldOf("presence-a").slice(3)).toEqual([
    { name: "member_removed", channel: "presence-a", user_id: "u1" },
    { name: "member_removed", channel: "presence-a", user_id: "u2" },
    { name: "channel_vacated", channel: "presence-a" },
  ]);
  const ofNews = () => toldOf("news").map(({ name }) => name);
  await eventually(() => expect(ofNews()).toEqual(["channel_occupied", "channel_vacated"]));
  expect(await (await backEnd.get({ path: "/channels" })).json()).toEqual({ channels: {} });
  expect(unbelieved).toBe(0);
});

const pages = ["coming-from-pusher.md", "coming-from-pusher.zh.md"].map((page) =>
  readFileSync(new URL(`../../docs/how-to/${page}`, import.meta.url), "utf8"),
);
const blocksOf = (page = "") => Array.from(page.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm), ([, , code = ""]) => code);

test("the snippets for those who come from Pusher do what they are for, and are the same in both languages", async () => {
  expect(blocksOf(pages[1]).slice(1)).toEqual(blocksOf(pages[0]).slice(1));
  const [app = "", , page = "", echo = "", server = "", snippet = ""] = blocksOf(pages[0]);
  expect(JSON.parse(blocksOf(pages[1])[0] ?? "")).toEqual(JSON.parse(app));
  expect(JSON.parse(app)).toMatchObject({ pusher: { apps: [{ id: "1", key, secret, namespace: "shop" }] } });
  const port = hub.gateways[0]?.port ?? 0;
  const browsers = [
    listen(page.replace("8000", String(port)), 'pusher.subscribe("orders")', "paid"),
    listen(echo.replace("8000", String(port)), 'echo.channel("orders").subscription', "paid"),
  ];
  for (const { lines } of browsers) await eventually(() => expect(lines).toEqual(["ready"]), { timeoutMs: 15_000 });
  const local = (code: string) => code.replace("8000", String(hub.api.port));
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", local(server)], { cwd: here("../..") });
  if (python !== undefined) await promisify(execFile)(python, ["-c", local(snippet)]);
  const heard = python === undefined ? ['{"id":9}'] : ['{"id":9}', '{"id":9}'];
  for (const { lines } of browsers) await eventually(() => expect(lines).toEqual(["ready", ...heard]));
  for (const { child } of browsers) child.kill();
});

/** Runs what a page says, in a process that prints `ready` once it is subscribed, and then the data of each event. */
function listen(code: string, channel: string, event: string) {
  const follow = `
const channel = ${channel};
channel.bind("pusher:subscription_succeeded", () => console.log("ready"));
channel.bind("${event}", (data) => console.log(JSON.stringify(data)));`;
  const child = spawnBound(process.execPath, ["--input-type=module", "-e", code + follow], { cwd: here("../..") });
  const lines: string[] = [];
  if (child.stdout !== null) createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  return { child, lines };
}

import type { ReceivedPublication } from "@switchyard/broker/broker";
import { knownChannelName } from "@switchyard/broker/channel-name";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { createRedisBroker } from "@switchyard/broker/redis-broker";
import { createRedisOccupancy } from "@switchyard/broker/redis-occupancy";
import { createRedisNodeRegistry } from "@switchyard/broker/redis-node-registry";
import { createRedisPresence } from "@switchyard/broker/redis-presence";
import { md5, restText } from "@switchyard/pusher/rest-signature";
import { sign } from "@switchyard/pusher/signature";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { createReleaseStack } from "@switchyard/runtime/release-stack";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import fc from "fast-check";
import Pusher from "pusher";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

const logger = createLogger({ app: "test", level: "fatal" });
const key = "278d425bdf160c739803";
const secret = "7ad3773142a6692b25b8";
const settings = {
  pusher: {
    apps: [
      { id: "3", key, secret, namespace: "app", event_max_size: 10_240 },
      { id: "4", key: "other", secret: "another-secret-of-16", namespace: "other" },
      { id: "5", key: "closed", secret: "a-third-secret-of-16", namespace: "closed", enabled: false },
    ],
  },
  channel: { namespaces: [{ name: "app" }, { name: "other" }, { name: "closed" }] },
};

const stack = createReleaseStack();
const heard: { readonly channel: string; readonly exclude: string | undefined; readonly data: unknown }[] = [];
let server: TestRedis;
let api: TestApi;
let pusher: Pusher;
beforeAll(async () => {
  server = stack.use(await startTestRedis());
  api = stack.use(await startTestApi(server.url, settings));
  const redis = { url: server.url, prefix: "sy" };
  pusher = new Pusher({ appId: "3", key, secret, host: "127.0.0.1", port: new URL(api.url).port, useTLS: false });
  const onPublication = (channel: string, { body, exclude }: ReceivedPublication) =>
    heard.push({ channel, exclude, data: (JSON.parse(body.toString()) as { data: unknown }).data });
  const rules = createChannelRules(checkSettings(settings).channel);
  const onRestored = () => undefined;
  const broker = stack.use(await createRedisBroker({ redis, logger, rules, onPublication, onRestored }));
  const channels = ["app:news", "app:private-x", "app:cache-1", "user:app:u1", "other:news"];
  for (const channel of channels) await broker.subscribe(knownChannelName(channel));
  await fill(redis);
});
afterAll(() => stack.close());
beforeEach(() => void heard.splice(0));

/** Somebody is in some channels, on a node that lives. */
async function fill(redis: { url: string; prefix: string }): Promise<void> {
  const registry = stack.use(await createRedisNodeRegistry({ redis, logger }));
  const noCounts = { num_clients: 0, num_users: 0, num_subs: 0, num_channels: 0, uptime: 0 };
  await registry.start(() => ({ uid: "n", name: "n", version: "v", ...noCounts }));
  const options = { redis, logger, onRestored: () => undefined };
  const occupancy = stack.use(
    await createRedisOccupancy({ ...options, tells: () => ({ edges: false, counts: false }) }),
  );
  const counts = { news: 2, "private-x": 1, "presence-a": 3, "presence-b": 1, "cache-1": 1 };
  await occupancy.write("3", "n", new Map(Object.entries(counts)));
  await occupancy.write("4", "n", new Map([["secrets", 1]]));
  const presence = stack.use(await createRedisPresence({ ...options, maxBytes: 1_000_000 }));
  for (const [client, user] of [
    ["c1", "u1"],
    ["c2", "u1"],
    ["c3", "u2"],
  ] as const) {
    const info = { user, client };
    const channel = knownChannelName("app:presence-a");
    await presence.add("n", { channel, client, user, infoJson: JSON.stringify(info), isTold: false });
  }
}

interface Call {
  readonly method?: string;
  readonly path: string;
  readonly body?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly appSecret?: string;
  /** After the signature was made. */
  readonly change?: (query: URLSearchParams) => void;
  readonly sentBody?: string;
}

/** A request that is signed by hand. */
async function call({ method = "POST", path, body = "", query = {}, appSecret = secret, change, sentBody }: Call) {
  const parameters = {
    auth_key: key,
    auth_timestamp: String(Math.floor(Date.now() / 1_000)),
    auth_version: "1.0",
    ...(body !== "" && { body_md5: md5(body) }),
    ...query,
  };
  const signature = sign(appSecret, restText({ method, path, query: Object.entries(parameters) }));
  const sent = new URLSearchParams({ ...parameters, auth_signature: signature });
  change?.(sent);
  const response = await fetch(`${api.url}${path}?${sent.toString()}`, {
    method,
    ...(method === "POST" && { body: sentBody ?? body, headers: { "content-type": "application/json" } }),
  });
  return { status: response.status, text: await response.text(), signature };
}
const events = (body: object, further: Partial<Call> = {}) =>
  call({ path: "/apps/3/events", body: JSON.stringify(body), ...further });

test("an event reaches its channels as it was sent, to all but the connection that is named", async () => {
  const response = await pusher.trigger(["news", "private-x"], "paid", { id: 9 }, { socket_id: "12.34" });
  expect([response.status, await response.text()]).toEqual([200, "{}"]);
  await eventually(() => expect(heard).toHaveLength(2));
  const data = { event: "paid", data: '{"id":9}' };
  expect(heard).toEqual(["app:news", "app:private-x"].map((channel) => ({ channel, exclude: "12.34", data })));
});

test("a user is sent to by the channel of their own, which is that of the hub's user", async () => {
  await pusher.sendToUser("u1", "hello", { n: 1 });
  await eventually(() => expect(heard).toHaveLength(1));
  expect(heard[0]).toMatchObject({ channel: "user:app:u1", data: { event: "hello" } });
});

test("the events of a batch are published in their order, and answered by their place", async () => {
  const batch = Array.from({ length: 10 }, (_, n) => ({ channel: "news", name: "n", data: String(n) }));
  expect(await (await pusher.triggerBatch(batch)).text()).toBe("{}");
  await eventually(() =>
    expect(heard.map(({ data }) => (data as { data: string }).data)).toEqual(batch.map((event) => event.data)),
  );
  const asked = [
    { ...batch[0], info: "subscription_count,user_count" },
    { name: "n", data: "x", channel: "presence-a", info: "user_count" },
    { name: "n", data: "x", channel: "presence-a" },
  ];
  const { text } = await call({ path: "/apps/3/batch_events", body: JSON.stringify({ batch: asked }) });
  expect(JSON.parse(text)).toEqual({ batch: [{ subscription_count: 2 }, { user_count: 2 }, {}] });
});

test("with `info` an event is answered with what its channels have", async () => {
  const options = { info: "user_count,subscription_count" };
  const response = await pusher.trigger(["presence-a", "news", "empty"], "e", "x", options);
  expect(await response.json()).toEqual({
    channels: {
      "presence-a": { user_count: 2, subscription_count: 3 },
      news: { subscription_count: 2 },
      empty: { subscription_count: 0 },
    },
  });
});

const get = async (path: string, params: Record<string, string> = {}) => {
  const response = await pusher.get({ path, params });
  return response.json();
};

test("channels are listed by prefix with what was asked for, and only those of the app", async () => {
  expect(await get("/channels")).toEqual({
    channels: { news: {}, "private-x": {}, "presence-a": {}, "presence-b": {}, "cache-1": {} },
  });
  expect(await get("/channels", { filter_by_prefix: "presence-", info: "user_count,subscription_count" })).toEqual({
    channels: {
      "presence-a": { user_count: 2, subscription_count: 3 },
      "presence-b": { user_count: 0, subscription_count: 1 },
    },
  });
});

test("a channel says whether it is occupied, who is in it, and what a cache channel keeps", async () => {
  expect(await get("/channels/news")).toEqual({ occupied: true });
  expect(await get("/channels/nobody", { info: "subscription_count" })).toEqual({
    occupied: false,
    subscription_count: 0,
  });
  expect(await get("/channels/presence-a", { info: "user_count" })).toEqual({ occupied: true, user_count: 2 });
  expect(await get("/channels/presence-a/users")).toEqual({ users: [{ id: "u1" }, { id: "u2" }] });
  expect(await get("/channels/cache-1", { info: "cache" })).toEqual({ occupied: true, cache: null });
  await pusher.trigger("cache-1", "price", { usd: 1 });
  const { cache } = (await get("/channels/cache-1", { info: "cache" })) as { cache: { data: string; ttl: number } };
  expect(cache.data).toBe('{"usd":1}');
  expect(cache.ttl).toBeGreaterThan(1_700);
  expect(cache.ttl).toBeLessThanOrEqual(1_800);
});

test("terminating the connections of a user is answered by `{}`, also where there are none", async () => {
  const response = await pusher.terminateUserConnections("u1");
  expect([response.status, await response.text()]).toEqual([200, "{}"]);
});

describe("what is refused", () => {
  const event = { name: "e", data: "x", channels: ["news"] };
  const many = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);
  test.each<[string, object, number, string]>([
    ["no name", { ...event, name: "" }, 400, "name: must not be empty"],
    ["a long name", { ...event, name: "n".repeat(201) }, 400, "name: is 201 characters long, the bound is 200"],
    ["a reserved name", { ...event, name: "pusher:ping" }, 400, "name: must not begin with"],
    ["no channel", { name: "e", data: "x" }, 400, "channels: is missing"],
    ["too many channels", { ...event, channels: many(101) }, 400, "channels: must have 100 items or fewer"],
    ["a long channel", { ...event, channels: ["ok", "c".repeat(201)] }, 400, "channels[1]: is 201 characters long"],
    ["an odd channel", { ...event, channels: ["a b"] }, 400, "channels[0]: may hold letters"],
    ["data that is no text", { ...event, data: { a: 1 } }, 400, "data: must be a string"],
    ["too much data", { ...event, data: "x".repeat(10_241) }, 413, "data: is 10241 bytes long, the bound is 10240"],
    ["a false socket_id", { ...event, socket_id: "12" }, 400, "socket_id: must be what a client was told"],
    ["unknown info", { ...event, info: "users" }, 400, "info: may list user_count, subscription_count"],
  ])("%s, by the field and its bound", async (_, body, status, text) => {
    const answer = await events(body);
    expect(answer).toMatchObject({ status, text: expect.stringContaining(text) });
    expect(heard).toEqual([]);
  });

  test("a batch with one bad event, as a whole", async () => {
    const batch = [
      { name: "e", data: "x", channel: "news" },
      { name: "e", data: "x", channel: "n s" },
    ];
    const send = (list: object[]) => call({ path: "/apps/3/batch_events", body: JSON.stringify({ batch: list }) });
    expect(await send(batch)).toMatchObject({
      status: 400,
      text: expect.stringContaining("batch[1].channel: may hold"),
    });
    expect(await send(Array.from({ length: 11 }, () => batch[0] ?? {}))).toMatchObject({
      status: 400,
      text: expect.stringContaining("batch: must have 10 items or fewer"),
    });
    expect(heard).toEqual([]);
  });

  test.each([
    ["/channels", { info: "user_count" }, "info: user_count can be asked of presence channels alone"],
    ["/channels/news", { info: "user_count" }, "info: user_count can be asked of presence channels alone"],
    ["/channels/news", { info: "cache" }, "info: cache can be asked of cache channels alone"],
    ["/channels/news/users", {}, "users can be asked of presence channels alone"],
    ["/channels/news", { info: "size" }, "info: may list"],
  ])("a question that does not fit: %s %j", async (path, query, text) => {
    const answer = await call({ method: "GET", path: `/apps/3${path}`, query });
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining(text) });
  });

  const body = JSON.stringify(event);
  const seconds = (skew: number) => String(Math.floor(Date.now() / 1_000) + skew);
  test.each<[string, Partial<Call>, number, string]>([
    ["an unknown app", { path: "/apps/99/events" }, 404, "no app has the id"],
    ["an app that is not enabled", { path: "/apps/5/events" }, 403, "not enabled"],
    ["the key of another app", { query: { auth_key: "other" } }, 401, "auth_key: is not the key of this app"],
    ["the secret of another app", { appSecret: "another-secret-of-16" }, 401, "auth_signature: is not"],
    ["an old request", { query: { auth_timestamp: seconds(-700) } }, 401, "the bound is 600"],
    ["a request of the future", { query: { auth_timestamp: seconds(700) } }, 401, "the bound is 600"],
    ["another version", { query: { auth_version: "2.0" } }, 401, "auth_version: must be 1.0"],
    [
      "another body than was signed",
      { sentBody: body.replace("news", "newt") },
      401,
      "body_md5: is not that of the body",
    ],
    [
      "a parameter that was not signed",
      { change: (query) => query.set("info", "user_count") },
      401,
      "auth_signature: is",
    ],
    ["no signature", { change: (query) => query.delete("auth_signature") }, 401, "auth_signature: is not"],
    ["no digest of the body", { change: (query) => query.delete("body_md5") }, 401, "body_md5: is not"],
  ])("%s", async (_, change, status, text) => {
    const answer = await call({ path: "/apps/3/events", body, ...change });
    expect(answer).toMatchObject({ status, text: expect.stringContaining(text) });
    expect(answer.text).not.toContain(sign(secret, ""));
    expect(heard).toEqual([]);
  });

  test("and no refusal tells what the signature should have been", async () => {
    const right = await events(event);
    expect(right.status).toBe(200);
    const wrong = await events(event, { change: (query) => query.set("auth_signature", "0".repeat(64)) });
    expect(wrong.status).toBe(401);
    expect(wrong.text).not.toContain(wrong.signature);
    expect(wrong.text).not.toContain(secret);
  });

  test("what is no JSON, and a path that is none, in plain text", async () => {
    expect(await call({ path: "/apps/3/events", body: "{" })).toMatchObject({
      status: 400,
      text: expect.stringContaining("the body is not valid JSON"),
    });
    const unknown = await fetch(`${api.url}/apps/3/nothing`);
    expect([unknown.status, unknown.headers.get("content-type")]).toEqual([404, "text/plain; charset=utf-8"]);
  });
});

test("whatever a signed request says, it is done or refused by name, and is never our defect", async () => {
  const names = fc.constantFrom("name", "data", "channel", "channels", "socket_id", "info", "batch", "__proto__");
  const some = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom("news", "presence-a", "user_count", "1.2"));
  const event = fc.dictionary(names, fc.oneof(some, fc.array(some, { maxLength: 3 })));
  const bodies = fc.oneof(event, fc.record({ batch: fc.array(event, { maxLength: 3 }) }), fc.jsonValue());
  const query = fc.dictionary(fc.constantFrom("info", "info[]", "filter_by_prefix", "x"), fc.string(), { maxKeys: 3 });
  const paths = fc.constantFrom(
    "events",
    "batch_events",
    "channels",
    "channels/news",
    "channels/%E0%A4%A",
    "users/%20/x",
  );
  await fc.assert(
    fc.asyncProperty(bodies, query, paths, fc.boolean(), async (body, asked, path, isPost) => {
      const method = isPost ? "POST" : "GET";
      const { status, text } = await call({
        method,
        path: `/apps/3/${path}`,
        query: asked,
        ...(isPost && { body: JSON.stringify(body) }),
      });
      expect([200, 400, 401, 404, 405, 413], text).toContain(status);
    }),
    { numRuns: 300 },
  );
});

test("while Redis is away an event is answered by 503 or 504, and nothing is said to be done", async () => {
  server.signal("SIGSTOP");
  const answer = await events({ name: "e", data: "x", channels: ["news"] });
  server.signal("SIGCONT");
  expect([503, 504]).toContain(answer.status);
  expect(answer.text).toContain("Redis");
});

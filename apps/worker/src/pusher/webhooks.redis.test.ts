import { memberOf, type Occupancy } from "@switchyard/broker/occupancy";
import { createRedisOccupancy } from "@switchyard/broker/redis-occupancy";
import { createRedisOccupancyEvents } from "@switchyard/broker/redis-occupancy-events";
import { wantsEvent } from "@switchyard/pusher/apps";
import { sign } from "@switchyard/pusher/signature";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { createBullQueue } from "@switchyard/tasks/bullmq-queue";
import { createBullWorker } from "@switchyard/tasks/bullmq-worker";
import { webhookHandler } from "@switchyard/tasks/task";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis } from "@switchyard/testkit/redis-fixture";
import { expect, onTestFinished, test } from "vitest";
import { createWebhookHandler } from "./webhook-handler.ts";
import { type ServiceRequest, startService } from "../testing/start-service.ts";
import { startWebhookRelay, webhookGroup, webhookGroupSettings } from "./webhook-relay.ts";

const logger = createLogger({ app: "test", level: "silent" });
const secret = "7ad3773142a6692b25b8";
const key = "278d425bdf160c739803";

/** A receiver, and a hub whose app tells it, with `relays` workers that look for events. */
async function startHub(
  answer: (request: ServiceRequest) => number,
  { events = [] as string[], relays = 2, receivers = 1 } = {},
) {
  const service = await startService((request) => ({ status: answer(request) }));
  const server = await startTestRedis();
  const app = {
    id: "3",
    key,
    secret,
    namespace: "app",
    subscription_count: true,
    webhooks: Array.from({ length: receivers }, (_, index) => ({
      url: index === 0 ? service.url : `${service.url}/${index}`,
      events,
    })),
  };
  const settings = checkSettings({ pusher: { apps: [app] }, channel: { namespaces: [{ name: "app" }] } });
  const { apps } = settings.pusher;
  const redis = { url: server.url, prefix: "sy" };
  const common = { redis, logger, settings: settings.tasks, handlers: settings.handlers };
  const queue = await createBullQueue(common);
  const [first] = apps;
  if (first === undefined) throw new Error("no app");
  const worker = await createBullWorker({
    ...common,
    concurrency: 5,
    run: createWebhookHandler(apps),
    onSettled: () => undefined,
    groups: Object.fromEntries(first.webhooks.map((_, index) => [webhookGroup(first, index), webhookGroupSettings])),
  });
  worker.start();
  const tells = () => ({ edges: true, counts: wantsEvent(first, "subscription_count") });
  const occupancy = await createRedisOccupancy({ redis, logger, tells, onRestored: () => undefined, vacantMs: 300 });
  const taken = await createRedisOccupancyEvents({ redis, logger });
  let looks = 0;
  const watched = {
    take(realm: string) {
      looks++;
      return taken.take(realm);
    },
    done: taken.done.bind(taken),
  };
  const stops = Array.from({ length: relays }, () => startWebhookRelay({ apps, events: watched, queue, logger }));
  onTestFinished(async () => {
    await Promise.all(stops.map((stop) => stop()));
    await worker.close();
    await Promise.all([occupancy, taken, queue].map((one) => one.close()));
    await server.close();
    await service.close();
  });
  return { service, queue, occupancy, looks: () => looks };
}

const lane = webhookGroup({ id: "3" }, 0);
const write = (occupancy: Occupancy, counts: Record<string, number>) =>
  occupancy.write("3", "n", new Map(Object.entries(counts)));
const eventsOf = (requests: readonly ServiceRequest[]) =>
  requests.flatMap(({ body }) => (body as { events: { name: string; channel: string }[] }).events);
const namesOf = (requests: readonly ServiceRequest[]) => eventsOf(requests).map(({ name }) => name);

test("what happens in channels is told once, in order, in requests that are signed as Pusher signs them", async () => {
  const { service, occupancy } = await startHub(() => 200);
  const member = memberOf("presence-1", "u:1");
  await occupancy.tell("3", JSON.stringify({ name: "cache_miss", channel: "cache-1" }));
  await write(occupancy, { "presence-1": 1, [member]: 1, "my-channel": 2 });
  await eventually(() => expect(eventsOf(service.requests)).toHaveLength(5));
  await write(occupancy, { [member]: 0, "presence-1": 0 });
  await eventually(() => expect(eventsOf(service.requests)).toHaveLength(7));
  expect(eventsOf(service.requests)).toEqual([
    { name: "cache_miss", channel: "cache-1" },
    { name: "channel_occupied", channel: "presence-1" },
    { name: "member_added", channel: "presence-1", user_id: "u:1" },
    { name: "channel_occupied", channel: "my-channel" },
    { name: "subscription_count", channel: "my-channel", subscription_count: 2 },
    { name: "member_removed", channel: "presence-1", user_id: "u:1" },
    { name: "channel_vacated", channel: "presence-1" },
  ]);
  for (const request of service.requests) {
    const { headers, text, body } = request;
    expect(headers).toMatchObject({ "content-type": "application/json", "x-pusher-key": key });
    expect(headers["x-pusher-signature"]).toBe(sign(secret, text));
    expect(request.isSignedWith(secret)).toBe(true);
    expect((body as { time_ms: number }).time_ms).toBeGreaterThan(1_700_000_000_000);
  }
});

test("a page that is loaded again is no news", async () => {
  const { service, occupancy } = await startHub(() => 200, { events: ["channel_occupied", "channel_vacated"] });
  await write(occupancy, { x: 1 });
  for (let round = 0; round < 3; round++) {
    await write(occupancy, { x: 0 });
    await write(occupancy, { x: 1 });
  }
  await write(occupancy, { end: 1 });
  await eventually(() => expect(eventsOf(service.requests).map(({ channel }) => channel)).toEqual(["x", "end"]));
});

test("a request that is refused is sent again as it was, and holds up none of the others", async () => {
  const refused = new Set<string>();
  const { service, occupancy } = await startHub(
    ({ text }) => {
      if (!text.includes("first") || refused.has(text)) return 200;
      refused.add(text);
      return 404;
    },
    { events: ["channel_occupied"] },
  );
  await write(occupancy, { first: 1 });
  await eventually(() => expect(service.requests).toHaveLength(1));
  await write(occupancy, { second: 1 });
  await eventually(() => expect(service.requests).toHaveLength(3), { timeoutMs: 10_000 });
  const [one, two, three] = service.requests;
  expect(two?.text).toContain("second");
  expect(three?.text).toBe(one?.text);
  expect(three?.headers["webhook-id"]).toBe(one?.headers["webhook-id"]);
});

test("while a receiver stands still few requests wait for it, and what happens meanwhile comes in order in few more", async () => {
  const { service, queue, occupancy, looks } = await startHub(() => 200, { events: ["channel_occupied"] });
  await queue.groups.pause(lane);
  const told: string[] = [];
  const happen = async (channel: string) => {
    told.push(channel);
    await write(occupancy, { [channel]: 1 });
  };
  const waiting = async () => (await queue.groups.get(lane)).waiting;
  for (let count = 1; count <= 8; count++) {
    await happen(`early-${count}`);
    await eventually(async () => expect(await waiting()).toBe(count));
  }
  for (let count = 0; count < 50; count++) {
    await happen(`late-${count}`);
    if (count > 1) continue;
    const before = looks();
    await eventually(() => expect(looks()).toBeGreaterThan(before + 4));
  }
  expect(await waiting()).toBe(8);
  await queue.groups.resume(lane);
  await eventually(() => expect(eventsOf(service.requests)).toHaveLength(told.length));
  expect(eventsOf(service.requests).map(({ channel }) => channel)).toEqual(told);
  expect(service.requests.length).toBeLessThan(14);
});

test("a receiver that stands still beside others holds up none of them, and what waits for it is bounded", async () => {
  const { service, queue, occupancy } = await startHub(() => 200, { events: ["channel_occupied"], receivers: 2 });
  await queue.groups.pause(lane);
  expect((await queue.groups.get(lane)).settings).toMatchObject({ maxSize: 256, onFull: "drop-oldest" });
  await queue.groups.configure(lane, { maxSize: 9 });
  const told = Array.from({ length: 12 }, (_, index) => `channel-${index}`);
  for (const [index, channel] of told.entries()) {
    await write(occupancy, { [channel]: 1 });
    await eventually(() => expect(service.requests).toHaveLength(index + 1));
  }
  expect(service.requests.map(({ path }) => path)).toEqual(told.map(() => "/1"));
  expect(eventsOf(service.requests).map(({ channel }) => channel)).toEqual(told);
  expect((await queue.groups.get(lane)).waiting).toBe(9);
  await queue.groups.resume(lane);
  await eventually(() => expect(service.requests).toHaveLength(21));
  expect(eventsOf(service.requests.slice(12)).map(({ channel }) => channel)).toEqual(told.slice(3));
});

test("a receiver is sent what it wants, and no request where there is nothing", async () => {
  const { service, occupancy } = await startHub(() => 200, { events: ["member_added"] });
  await write(occupancy, { "presence-1": 1 });
  await write(occupancy, { [memberOf("presence-1", "u")]: 1 });
  await eventually(() => expect(namesOf(service.requests)).toEqual(["member_added"]));
  expect(service.requests).toHaveLength(1);
});

test("whoever enqueues the hub's own handler by hand sends nothing that the app has not signed, and nothing elsewhere", async () => {
  const { service, queue } = await startHub(() => 200);
  const body = "{}";
  const forged = [
    { app: "3", url: service.url, body, signature: sign("a-guess", body) },
    { app: "3", url: `${service.url}/else`, body, signature: sign(secret, body) },
    { app: "4", url: service.url, body, signature: sign(secret, body) },
    null,
  ];
  for (const data of forged) {
    const { task } = await queue.enqueue({ handler: webhookHandler, data, attempts: 1 });
    const record = await queue.waitForSettled(task.id, 10_000);
    expect(record).toMatchObject({ status: "failed", attempt: 1 });
    expect(record?.error?.message).not.toContain(sign(secret, body));
  }
  expect(service.requests).toEqual([]);
});

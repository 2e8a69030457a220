import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { AlertStore } from "@switchyard/broker/alert-store";
import { createRedisAlerts } from "@switchyard/broker/redis-alerts";
import type { Need } from "@switchyard/console/answers";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createAlertRound } from "./alert-round.ts";
import { createAlertSender } from "./alert-sender.ts";
import { watchAlerts } from "./watch-alerts.ts";

// Several apis over one Redis, each with receivers that are the same for all of them.
let redis: TestRedis;
let needs: readonly Need[] = [];
/** Redis' clock is so much ahead. */
let aheadMs = 0;
let status = 204;
/** The hub was looked at a moment ago, when Redis took no writes yet. */
let isStale = false;
/** Receivers that do not answer until they are let. */
const held = new Map<string, Promise<void>>();
/** What Redis had kept of a receiver when it heard of something. */
const keptThen: string[] = [];
const heard: string[] = [];
const watches: { readonly looks: () => number; stop(): Promise<void> }[] = [];
const stateOf = (name: string) => redis.command("GET", `test:hub:{alerts}:state:${name}`);
const receiver = createServer((request, response) => {
  void request.toArray().then(async (chunks: Buffer[]) => {
    const name = String(request.url).slice(1);
    const { type, data } = JSON.parse(Buffer.concat(chunks).toString()) as { type: string; data: { rule: string } };
    if (!data.rule.startsWith("redis_")) keptThen.push(String(await stateOf(name)));
    const who = name === "desk" ? "" : `${name} `;
    heard.push(`${who}${type} ${data.rule} ${String(request.headers["webhook-id"])}`);
    await held.get(name);
    response.writeHead(status).end();
  });
});
const told = () => heard.map((line) => line.replace(/ alert_\S+$/, ""));
const idOf = (line: string | undefined) => String(line?.split(" ").at(-1));

beforeAll(async () => {
  redis = await startTestRedis({ appendOnly: true });
  await new Promise<void>((listening) => receiver.listen(0, "127.0.0.1", listening));
});
afterEach(async () => {
  for (const watch of watches.splice(0)) await watch.stop();
  await redis.flush();
  [needs, status, aheadMs, isStale] = [[], 204, 0, false];
  [heard.length, keptThen.length] = [0, 0];
  held.clear();
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await redis.close();
});

const logger = createLogger({ app: "test", level: "silent" });

async function startWatch(name: string, names = ["desk"]) {
  const store = await createRedisAlerts({ redis: { url: redis.url, prefix: "test" }, logger });
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const alerts = names.map((one) => ({ name: one, url: url + one, secret: "0123456789abcdef", hold: "0s" }));
  let count = 0;
  // Each look begins by asking whose turn it is.
  const take: AlertStore["take"] = (receiver) => {
    count += 1;
    return store.take(receiver);
  };
  const all = checkSettings({ ops: { alerts } }).ops.alerts.map((one) => {
    const round = createAlertRound({ receiver: one, publicUrl: "", send: createAlertSender(logger), onEnd() {} });
    return watchAlerts({ receiver: one.name, store: { ...store, take }, round, judge, name, logger, everyMs: 20 });
  });
  const watch = {
    looks: () => count,
    async stop() {
      await Promise.all(all.map((one) => one.end()));
      await store.close();
    },
  };
  watches.push(watch);
  return watch;
}

/** As the hub is judged: by what Redis has, which can be read while it takes no writes. */
async function judge(): Promise<{ needs: readonly Need[]; nowMs: number }> {
  const isFull = String(await redis.command("CONFIG", "GET", "maxmemory")).endsWith(",1");
  const full: Need = { severity: "critical", code: "redis_refuses", why: "full" };
  return { needs: isFull || isStale ? [full, ...needs] : needs, nowMs: Date.now() + aheadMs };
}

/** Several looks of every api that there still is. */
async function looks(): Promise<void> {
  const before = watches.map((watch) => watch.looks());
  await eventually(() => {
    for (const [at, watch] of watches.entries()) expect(watch.looks()).toBeGreaterThan((before[at] ?? 0) + 3);
  });
}

test("of three apis one tells, once when it begins and once when it ends, also when the one whose turn it was has stopped", async () => {
  for (const name of ["a", "b", "c"]) await startWatch(name);
  needs = [{ severity: "critical", code: "no_gateway" }];
  await eventually(() => expect(told()).toEqual(["alert.began no_gateway"]));
  for (const watch of watches.splice(0, 2)) {
    await watch.stop();
    await looks();
  }
  expect(told()).toEqual(["alert.began no_gateway"]);
  needs = [];
  await eventually(() => expect(told()).toEqual(["alert.began no_gateway", "alert.ended no_gateway"]));
});

test("what could not be sent is sent by another api, under the same id", async () => {
  status = 503;
  const first = await startWatch("a");
  needs = [{ severity: "critical", code: "no_worker", waiting: 1 }];
  await eventually(() => expect(heard).toHaveLength(1));
  // Before it is sent, so that an api that dies meanwhile leaves it to others.
  expect(keptThen[0]).toContain(idOf(heard[0]));
  await looks();
  await first.stop();
  [status, aheadMs] = [204, 5_000];
  await startWatch("b");
  await eventually(() => expect(heard).toHaveLength(2));
  expect(new Set(heard).size).toBe(1);
});

test("what came of a message is kept before the next is sent, so a slow receiver gets each once", async () => {
  const down: Need = { severity: "critical", code: "no_gateway" };
  needs = [down, { severity: "critical", code: "no_worker", waiting: 1 }, { ...down, code: "queue_paused", by: "x" }];
  await startWatch("a");
  await eventually(() => expect(heard).toHaveLength(3));
  const [first, second, third] = heard.map(idOf);
  expect(keptThen[1]).not.toContain(first);
  expect(keptThen[1]).toContain(second);
  expect(keptThen[2]).not.toContain(second);
  expect(keptThen[2]).toContain(third);
});

test("a receiver that hangs holds up no other, and costs none of them a message twice", async () => {
  const { promise: answer, resolve } = Promise.withResolvers<void>();
  held.set("slow", answer);
  await startWatch("a", ["desk", "slow"]);
  needs = [{ severity: "critical", code: "no_gateway" }];
  await eventually(() => expect(told().toSorted()).toEqual(["alert.began no_gateway", "slow alert.began no_gateway"]));
  needs = [];
  await eventually(() => expect(told()).toContain("alert.ended no_gateway"));
  expect(told()).not.toContain("slow alert.ended no_gateway");
  resolve();
  await eventually(() => expect(told()).toContain("slow alert.ended no_gateway"));
  expect(new Set(heard).size).toBe(4);
  expect(heard).toHaveLength(4);
});

test("a receiver that one of two apis has in its settings is told by that one, whoever tells the others", async () => {
  await startWatch("a", ["desk"]);
  needs = [{ severity: "critical", code: "no_gateway" }];
  await eventually(() => expect(told()).toEqual(["alert.began no_gateway"]));
  await startWatch("b", ["desk", "new"]);
  await eventually(() => expect(told()).toEqual(["alert.began no_gateway", "new alert.began no_gateway"]));
});

test("that Redis takes no writes is told as what it is, once when it begins and once when it is over", async () => {
  await startWatch("a");
  needs = [{ severity: "critical", code: "no_gateway" }];
  await eventually(() => expect(told()).toEqual(["alert.began no_gateway"]));
  await redis.command("CONFIG", "SET", "maxmemory", "1");
  await eventually(() => expect(told()).toContain("alert.began redis_refuses"));
  await looks();
  isStale = true;
  await redis.command("CONFIG", "SET", "maxmemory", "0");
  await eventually(() => expect(told()).toContain("alert.ended redis_refuses"));
  await looks();
  expect(told()).toEqual(["alert.began no_gateway", "alert.began redis_refuses", "alert.ended redis_refuses"]);
});

test("while Redis is away each api that sees it tells so from its memory, once, and that it is over; what was told before is not told again", async () => {
  for (const name of ["a", "b"]) await startWatch(name);
  needs = [{ severity: "critical", code: "no_gateway" }];
  await eventually(() => expect(told()).toEqual(["alert.began no_gateway"]));
  await redis.stop();
  await eventually(() => expect(told().filter((line) => line === "alert.began redis_away")).toHaveLength(2));
  await looks();
  await redis.restart();
  await eventually(() => expect(told().filter((line) => line === "alert.ended redis_away")).toHaveLength(2));
  expect(told().filter((line) => line.startsWith("alert.began"))).toHaveLength(3);
});

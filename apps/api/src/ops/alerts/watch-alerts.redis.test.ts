import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
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

// Several apis over one Redis, each with a receiver that is the same for all of them.
let redis: TestRedis;
let needs: readonly Need[] = [];
/** Redis' clock is so much ahead. */
let aheadMs = 0;
let status = 204;
/** What Redis has when the receiver hears of something. */
let keptThen: unknown;
const heard: string[] = [];
const watches: { stop(): Promise<void> }[] = [];
const receiver = createServer((request, response) => {
  void request.toArray().then(async (chunks: Buffer[]) => {
    const { type, data } = JSON.parse(Buffer.concat(chunks).toString()) as { type: string; data: { rule: string } };
    if (data.rule !== "redis_away") keptThen = await redis.command("GET", "test:hub:{alerts}:state");
    heard.push(`${type} ${data.rule} ${String(request.headers["webhook-id"])}`);
    response.writeHead(status).end();
  });
});
const told = () => heard.map((line) => line.replace(/ alert_\S+$/, ""));

beforeAll(async () => {
  redis = await startTestRedis();
  await new Promise<void>((listening) => receiver.listen(0, "127.0.0.1", listening));
});
afterEach(async () => {
  for (const watch of watches.splice(0)) await watch.stop();
  await redis.flush();
  [needs, status, aheadMs] = [[], 204, 0];
  heard.length = 0;
});
afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await redis.close();
});

async function startWatch(name: string, hold = "0s") {
  const logger = createLogger({ app: "test", level: "silent" });
  const store = await createRedisAlerts({ redis: { url: redis.url, prefix: "test" }, logger });
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  const one = { name: "desk", url, secret: "0123456789abcdef", hold };
  const { alerts: receivers } = checkSettings({ ops: { alerts: [one] } }).ops;
  const round = createAlertRound({ receivers, publicUrl: "", send: createAlertSender(logger), onEnd: () => undefined });
  const judge = async () => ({ needs, nowMs: Date.now() + aheadMs });
  const end = watchAlerts({ store, round, judge, name, logger, everyMs: 20 });
  const watch = {
    async stop() {
      await end();
      await store.close();
    },
  };
  watches.push(watch);
  return watch;
}

/** Several looks of every api. */
const looks = () => new Promise((resolve) => setTimeout(resolve, 200));

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
  expect(String(keptThen)).toContain(heard[0]?.split(" ")[2]);
  await looks();
  await first.stop();
  [status, aheadMs] = [204, 5_000];
  await startWatch("b");
  await eventually(() => expect(heard).toHaveLength(2));
  expect(new Set(heard).size).toBe(1);
});

test("while Redis is away each api that sees it tells so from its memory, once, and that it is over; what was told before is not told again", async () => {
  for (const name of ["a", "b"]) await startWatch(name);
  needs = [{ severity: "critical", code: "no_gateway" }];
  await eventually(() => expect(told()).toEqual(["alert.began no_gateway"]));
  const kept = await redis.command("GET", "test:hub:{alerts}:state");
  await redis.stop();
  await eventually(() => expect(told().filter((line) => line === "alert.began redis_away")).toHaveLength(2));
  await looks();
  await redis.restart();
  await redis.command("SET", "test:hub:{alerts}:state", String(kept));
  await eventually(() => expect(told().filter((line) => line === "alert.ended redis_away")).toHaveLength(2));
  expect(told().filter((line) => line.startsWith("alert.began"))).toHaveLength(3);
});

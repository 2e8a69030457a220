import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLiveHandlers } from "./live-handlers.ts";
import { registerProcess } from "./register-process.ts";

const logger = createLogger({ app: "test", level: "fatal" });
let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.close());

async function worker(name: string, handler: string) {
  const redis = { url: server.url, prefix: "sy" };
  const state = { isDraining: false };
  const describe = () => ({ uid: name, handlers: [{ name: handler }], ...state });
  const { announce, close } = await registerProcess({ redis, logger, kind: "workers", describe });
  return { drain: () => ((state.isDraining = true), announce()), close };
}

test("a handler is offered while a worker that has it takes calls: one that drains says so at once, though it is still there", async () => {
  const [one, other] = [await worker("one", "shop"), await worker("other", "shop")];
  const live = await createLiveHandlers({ redis: { url: server.url, prefix: "sy" }, logger });
  expect([await live.offers("shop"), await live.offers("else")]).toEqual([true, false]);
  await one.drain();
  await live.offers("else");
  expect(await live.offers("shop")).toBe(true);
  await other.drain();
  // Who has asked a moment ago may believe what was said then.
  await eventually(async () => expect(await live.offers("shop")).toBe(false));
  await Promise.all([one, other, live].map((each) => each.close()));
});

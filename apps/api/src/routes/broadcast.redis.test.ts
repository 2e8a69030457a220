import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

test("a channel that fails does not keep the others from theirs", async () => {
  const channels = ["chat:a", "nowhere:a", "", "live:a"];
  const { json } = await api.post("/api/broadcast", { channels, data: 1 });
  expect(json.result.responses).toEqual([
    { result: { offset: 1, epoch: expect.any(String) } },
    { error: { code: 102, message: expect.stringContaining("channels[1]: no namespace `nowhere`") } },
    { error: { code: 107, message: expect.stringContaining("channels[2]: must not be empty") } },
    { result: {} },
  ]);
});

test("takes 1 to 1000 channels", async () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `chat:many-${index}`);
  const send = (count: number) => api.post("/api/broadcast", { channels: names(count), data: 1 });
  expect((await send(1000)).json.result.responses).toHaveLength(1000);
  expect((await send(1001)).json.error.message).toContain("channels: must have 1000 items or fewer");
  expect((await send(0)).json.error.message).toContain("channels: must have 1 item or more");
});

test("a repeated idempotency key publishes nothing again in any of the channels", async () => {
  const message = { channels: ["chat:x", "chat:y"], data: 1, idempotency_key: "k" };
  const first = await api.post("/api/broadcast", message);
  expect((await api.post("/api/broadcast", message)).json).toEqual(first.json);
  expect(first.json.result.responses.map((response: { result: { offset: number } }) => response.result.offset)).toEqual(
    [1, 1],
  );
});

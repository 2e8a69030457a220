import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

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

const publish = (channel: string, ...all: unknown[]) =>
  Promise.all(all.map((data) => api.post("/api/publish", { channel, data })));
const history = async (params: object) => (await api.post("/api/history", params)).json;
const offsets = ({ result }: { result: { publications: readonly { offset: number }[] } }) =>
  result.publications.map(({ offset }) => offset);

test("without a limit the answer is the position alone", async () => {
  expect(await history({ channel: "chat:fresh" })).toEqual({
    result: { publications: [], offset: 0, epoch: expect.stringMatching(/./) },
  });
});

test("publications come as they were published, with offset and tags", async () => {
  const data = '{"id":9007199254740993,"text":"中文"}';
  await api.request("POST", "/api/publish", { body: `{"channel":"chat:whole","data":${data},"tags":{"a":"b"}}` });
  const { text, json } = await api.post("/api/history", { channel: "chat:whole", limit: 1 });
  expect(text).toContain(`"publications":[{"offset":1,"data":${data},"tags":{"a":"b"}}]`);
  expect(json.result).toMatchObject({ offset: 1, epoch: expect.any(String) });
});

test("a channel is read in pieces, from either end", async () => {
  const channel = "chat:pieces";
  await publish(channel, 1, 2, 3, 4, 5);
  const first = await history({ channel, limit: 2 });
  expect(offsets(first)).toEqual([1, 2]);
  const { epoch } = first.result;
  expect(offsets(await history({ channel, limit: 2, since: { offset: 2, epoch } }))).toEqual([3, 4]);
  expect(offsets(await history({ channel, limit: 2, reverse: true }))).toEqual([5, 4]);
  expect(offsets(await history({ channel, limit: 9, reverse: true, since: { offset: 3, epoch } }))).toEqual([2, 1]);
  expect(offsets(await history({ channel, limit: -1 }))).toEqual([1, 2, 3, 4, 5]);
});

test.each([1e14, 1e15 + 1, 2 ** 52, Number.MAX_SAFE_INTEGER])(
  "a position at %d is read from and answered",
  async (offset) => {
    await publish("chat:far", 1);
    const { result } = await history({ channel: "chat:far", limit: 5, reverse: true, since: { offset } });
    expect(offsets({ result })).toContain(1);
    const ahead = await history({ channel: "chat:far", limit: 5, since: { offset } });
    expect(ahead.error).toEqual({ code: 112, message: expect.stringContaining("since.offset") });
  },
);

test("a position of another epoch is told from an empty answer", async () => {
  await publish("chat:reborn", 1);
  const answer = await history({ channel: "chat:reborn", limit: 1, since: { offset: 0, epoch: "elsewhere" } });
  expect(answer.error).toEqual({ code: 112, message: expect.stringContaining("unrecoverable position: since.epoch") });
});

test("removed history is gone, and the position is not", async () => {
  const channel = "chat:removed";
  await publish(channel, 1, 2);
  const { result: before } = await history({ channel, limit: -1 });
  expect((await api.post("/api/history_remove", { channel })).json).toEqual({ result: {} });
  expect(await history({ channel, limit: -1 })).toEqual({ result: { ...before, publications: [] } });
});

test.each(["history", "history_remove"])("%s of a channel that keeps none is not available", async (method) => {
  const { status, json } = await api.post(`/api/${method}`, { channel: "live:a" });
  expect([status, json.error.code]).toEqual([200, 108]);
  expect(json.error.message).toContain("set history_size and history_ttl");
  expect((await api.post(`/api/${method}`, { channel: "nowhere:a" })).json.error.code).toBe(102);
  expect((await api.post(`/api/${method}`, {})).json.error.message).toContain("channel: is missing");
});

test.each([
  [{ limit: 1001 }, "limit: must be 1000 or less"],
  [{ limit: -2 }, "limit: must be -1 or more"],
  [{ since: { offset: 1e17 } }, "since.offset: must be 9007199254740991 or less"],
  [{ since: { offset: "1" } }, "since.offset: must be an integer"],
  [{ since: [] }, "since: must be an object"],
])("%j is a bad request that says: %s", async (params, message) => {
  const { error } = await history({ channel: "chat:a", ...params });
  expect(error).toEqual({ code: 107, message: expect.stringContaining(message) });
});

import { fieldProblem } from "@switchyard/console/field-problem";
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

const put = (group: string, body: unknown) => api.request("PUT", `/v1/groups/${group}`, { body });
const reset = (group: string) => api.request("DELETE", `/v1/groups/${group}/settings`);
const settings = async (group: string) => (await api.get(`/v1/groups/${group}`)).json.settings;

const defaults = { concurrency: 1, weight: 1, rate: null, onFailure: "block", maxSize: null, onFull: "reject" };

test("a group nobody has heard of is idle, under the settings of all groups", async () => {
  expect((await api.get("/v1/groups/unheard-of")).json).toEqual({
    id: "unheard-of",
    status: "idle",
    reason: null,
    pausedAtMs: null,
    pausedAt: null,
    pausedBy: null,
    limitedUntilMs: null,
    limitedUntil: null,
    waiting: 0,
    active: 0,
    held: 0,
    oldest: null,
    deadLetters: 0,
    settings: defaults,
    hasOwnSettings: false,
  });
});

test("what is set stays until it is taken back, and what is left out stays as it is", async () => {
  const rate = { max: 10, perMs: 1_000 };
  expect((await put("g", { concurrency: 4, rate })).json.settings).toEqual({ ...defaults, concurrency: 4, rate });
  const more = { weight: 2.5, onFailure: { pauseAfter: 5 }, maxSize: 100, onFull: "drop-oldest" };
  await put("g", more);
  expect(await settings("g")).toEqual({ concurrency: 4, rate, ...more });
  await put("g", { rate: null, maxSize: null, onFailure: "skip" });
  expect(await settings("g")).toMatchObject({ concurrency: 4, rate: null, maxSize: null, onFailure: "skip" });
  expect((await api.get("/v1/groups/g")).json).toMatchObject({ hasOwnSettings: true });
  expect((await reset("g")).json).toMatchObject({ settings: defaults, hasOwnSettings: false });
});

test("what is set for `*` holds for every group without settings of its own", async () => {
  await put("own", { concurrency: 2 });
  await put("*", { concurrency: 9 });
  expect([(await settings("own")).concurrency, (await settings("other")).concurrency]).toEqual([2, 9]);
  expect((await api.get("/v1/groups/other")).json).toMatchObject({ hasOwnSettings: false });
  await reset("*");
  expect((await settings("other")).concurrency).toBe(1);
});

test("the tasks without a group have no bound until they are given one", async () => {
  expect((await settings("-")).concurrency).toBeNull();
  expect((await put("-", { concurrency: 3 })).json).toMatchObject({ id: "", settings: { concurrency: 3 } });
  expect((await reset("-")).json.settings.concurrency).toBeNull();
});

test.each(["-", "g"])("what is read of the settings of %s can be written back", async (group) => {
  const read = await settings(group);
  expect((await put(group, read)).json.settings).toEqual(read);
  expect((await put(group, { ...read, concurrency: null })).json.settings).toEqual({ ...read, concurrency: null });
  await reset(group);
});

test.each([
  [{ concurency: 2 }, "concurency", "unknown field; did you mean `concurrency`?"],
  [{ concurrency: 0 }, "concurrency", "must be 1 or more"],
  [{ concurrency: 100_001 }, "concurrency", "must be 100000 or less"],
  [{ concurrency: "2" }, "concurrency", "must be an integer or null"],
  [{ weight: 0 }, "weight", "must be 0.01 or more"],
  [{ rate: { max: 1 } }, "rate.perMs", "is missing"],
  [{ rate: { max: 1, per: 1, perMs: 1 } }, "rate.per", "unknown field; known are max, perMs"],
  [{ rate: { max: 0, perMs: 1 } }, "rate.max", "must be 1 or more"],
  [{ rate: 5 }, "rate", "must be an object or null"],
  [{ onFailure: "retry" }, "onFailure", "must be one of block, skip"],
  [{ onFailure: { pauseAfter: 0 } }, "onFailure.pauseAfter", "must be 1 or more"],
  [{ onFailure: {} }, "onFailure.pauseAfter", "is missing"],
  [{ maxSize: 0 }, "maxSize", "must be 1 or more"],
  [{ onFull: "drop" }, "onFull", "must be one of `reject`, `drop-oldest`, `drop-newest`"],
  [null, undefined, "the body: must be an object"],
])("%j is a bad request at %s that says: %s, and sets nothing", async (body, field, message) => {
  const { status, json } = await put("untouched", body);
  expect([status, json.error.code, json.error.field]).toEqual([400, "invalid_request", field]);
  expect(json.error.message).toContain(message);
  expect(await settings("untouched")).toEqual(defaults);
});

test.each([
  [{ concurrency: "x" }, "Must be a whole number, or empty.", "必须是整数，或留空。"],
  [{ concurrency: 1.5 }, "Must be a whole number, or empty.", "必须是整数，或留空。"],
  [{ weight: "x" }, "Must be a number.", "必须是数字。"],
  [{ weight: 0.001 }, "Must be 0.01 or more.", "至少为 0.01。"],
  [{ rate: { max: "x", perMs: 1 } }, "Must be a whole number.", "必须是整数。"],
  [{ rate: { max: 1, perMs: 86_400_001 } }, "Must be 86400000 ms or less.", "最多为 86400000 ms。"],
  [{ onFailure: { pauseAfter: 1_001 } }, "Must be 1000 or less.", "最多为 1000。"],
  [{ maxSize: 0 }, "Must be 1 or more.", "至少为 1。"],
])("of %j the console says at its field: %s", async (body, en, zh) => {
  const { error } = (await put("untouched", body)).json;
  expect([fieldProblem(error, "en")?.text, fieldProblem(error, "zh")?.text]).toEqual([en, zh]);
});

test("a method that is not there is told from a path that is not", async () => {
  const wrong = await api.post("/v1/groups/g", {});
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, PUT"]);
});

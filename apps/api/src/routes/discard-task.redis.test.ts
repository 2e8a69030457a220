import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { opsPassword, startTestApi, type TestApi } from "../testing/test-api.ts";
import { startTestWorker, type TestWorker } from "../testing/test-worker.ts";

let redis: TestRedis;
let api: TestApi;
let worker: TestWorker;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
  worker = await startTestWorker(redis.url);
});
afterAll(async () => {
  await worker.close();
  await api.close();
  await redis.close();
});

async function failed(count: number, group: string): Promise<readonly string[]> {
  const tasks = Array.from({ length: count }, () => ({ handler: "test", data: "fail", group, attempts: 1 }));
  await api.post("/v1/tasks/batch", { tasks });
  await eventually(async () => expect(await deadIn(group)).toBe(count));
  return (await api.get(`/v1/groups/${group}/dead`)).json.deadLetters.map(({ id }) => id);
}
const deadIn = async (group: string) => (await api.get(`/v1/groups/${group}`)).json.deadLetters as unknown as number;
const discarded = async () =>
  Number(/^switchyard_dead_letters_discarded_total (\d+)$/m.exec((await api.get("/metrics")).text)?.[1]);

test("a failed task is discarded once and for all, and its record still says why it failed", async () => {
  const before = await discarded();
  const [id = ""] = await failed(1, "one");
  const record = (await api.get(`/v1/tasks/${id}`)).json;
  for (let time = 0; time < 2; time += 1) {
    expect(await api.post(`/v1/tasks/${id}/discard`, { reason: "no longer wanted" })).toMatchObject({
      status: 200,
      json: record,
    });
  }
  expect(await deadIn("one")).toBe(0);
  expect((await api.get(`/v1/tasks/${id}`)).json).toEqual(record);
  expect((await api.post(`/v1/tasks/${id}/retry`, {})).json.error.code).toBe("task_gone");
  expect((await discarded()) - before).toBe(1);
});

test("only a task that failed is discarded", async () => {
  const { json } = await api.post("/v1/tasks", { handler: "test", data: "done" });
  await api.get(`/v1/tasks/${json.id}?wait=10`);
  const refused = await api.post(`/v1/tasks/${json.id}/discard`, {});
  expect([refused.status, refused.json.error]).toEqual([
    409,
    { code: "task_not_failed", message: "the task is `succeeded`; only one that failed can be discarded" },
  ]);
  expect((await api.post("/v1/tasks/t_unknown/discard", {})).json.error.code).toBe("task_unknown");
});

test("those of a group and those of a filter are discarded and counted", async () => {
  const before = await discarded();
  await failed(3, "all");
  await failed(4, "some");
  expect((await api.post("/v1/groups/all/discard", {})).json).toEqual({ discarded: 3 });
  const filter = { group: "some", reason: "no disk" };
  const begun = await api.post("/v1/bulk-acts", { act: "discard", filter, perSecond: 1_000, limit: 3 });
  expect(begun).toMatchObject({ status: 202, json: { act: "discard", matched: 4 } });
  await eventually(async () => expect(await deadIn("some")).toBe(1));
  await eventually(async () => expect((await discarded()) - before).toBe(6));
});

test("on the console an operator discards one, and all of a group only an admin who says why and saw how many", async () => {
  const [id = ""] = await failed(3, "seen");
  const login = await api.request("POST", "/ops/login", {
    headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
    body: new URLSearchParams({ password: opsPassword }).toString(),
  });
  const cookie = login.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const act = (path: string, body: object, expected?: object) =>
    api.request("POST", `/ops/api/${path}`, {
      headers: {
        cookie,
        "sec-fetch-site": "same-origin",
        "x-sy-console": "1",
        ...(expected && { "x-sy-expect": encodeURIComponent(JSON.stringify(expected)) }),
      },
      body,
    });
  expect((await act(`tasks/${id}/discard`, { reason: "spam" }, { status: "failed" })).status).toBe(200);
  expect((await act("groups/seen/discard", { reason: "spam" })).json.error.message).toContain("say why");
  const reason = "the customer has left";
  expect((await act("groups/seen/discard", { reason }, { deadLetters: 30 })).json.error.code).toBe("state_moved");
  expect((await act("groups/seen/discard", { reason }, { deadLetters: 2 })).json).toEqual({ discarded: 2 });
  const told = JSON.stringify(await redis.command("XRANGE", "sy:hub:audit:people", "-", "+")).replaceAll("\\", "");
  expect(told).toContain('"action":"POST /ops/api/groups/:id/discard"');
  expect(told).toContain(`"reason":"${reason}"`);
});

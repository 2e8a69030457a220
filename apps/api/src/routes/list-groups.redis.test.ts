import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/test-api.ts";
import { startTestWorker, type TestWorker } from "../testing/test-worker.ts";

let redis: TestRedis;
let api: TestApi;
let worker: TestWorker | undefined;

beforeAll(async () => {
  redis = await startTestRedis();
});
beforeEach(async () => {
  api = await startTestApi(redis.url);
});
afterEach(async () => {
  await worker?.close();
  worker = undefined;
  await api.close();
  await redis.flush();
});
afterAll(() => redis.close());

const enqueue = async (data: unknown, options: object = {}): Promise<string> =>
  (await api.post("/v1/tasks", { handler: "test", data, group: "g", attempts: 1, ...options })).json.id;
const act = (group: string, action: string, body?: object) =>
  api.request("POST", `/v1/groups/${group}/${action}`, { body });
const group = async (id: string) => (await api.get(`/v1/groups/${id}`)).json;
const settled = async (id: string) => (await api.get(`/v1/tasks/${id}?wait=10`)).json;

/** Every page of a list, until there is no cursor. */
async function allOf(path: string, name: "groups" | "deadLetters"): Promise<{ id: string }[]> {
  const found: { id: string }[] = [];
  for (let cursor = ""; ;) {
    const { status, json } = await api.get(`${path}${cursor === "" ? "" : `&cursor=${cursor}`}`);
    expect(status).toBe(200);
    found.push(...json[name]);
    if (json.cursor === null) return found;
    cursor = json.cursor;
  }
}

test("every group is listed over the pages, with its numbers, and by status", async () => {
  const tasks = Array.from({ length: 130 }, (_, index) => ({ handler: "test", group: `g${index}` }));
  await api.post("/v1/tasks/batch", { tasks: [...tasks, { handler: "test" }] });
  await act("g7", "pause", { reason: "a deploy" });
  await act("nobody", "pause");
  const ids = (groups: { id: string }[]) => groups.map(({ id }) => id).toSorted();
  const all = await allOf("/v1/groups?limit=20", "groups");
  expect(ids(all)).toEqual([...tasks.map((task) => task.group), "nobody", ""].toSorted());
  expect(all.find(({ id }) => id === "g7")).toMatchObject({ status: "paused", reason: "a deploy", waiting: 1 });
  expect(ids(await allOf("/v1/groups?limit=20&status=paused", "groups"))).toEqual(["g7", "nobody"]);
  expect(await allOf("/v1/groups?status=limited", "groups")).toEqual([]);
});

test("sorted by what waits the groups with most come first, by their names", async () => {
  const tasks = Array.from({ length: 60 }, (_, index) => ({ handler: "test", group: `g${index % 30}` }));
  const more = Array.from({ length: 6 }, () => ({ handler: "test", group: "g17" }));
  await api.post("/v1/tasks/batch", { tasks: [...tasks, ...more, { handler: "test", group: "g3" }] });
  // What waits is read once a second at most.
  const json = await eventually(async () => {
    const { json: found } = await api.get("/v1/groups?sort=waiting");
    expect(found.groups).toHaveLength(20);
    return found;
  });
  expect(json.groups.slice(0, 2)).toMatchObject([
    { id: "g17", waiting: 8 },
    { id: "g3", waiting: 3 },
  ]);
  expect(json.cursor).toBeNull();
  expect((await api.get("/v1/groups?sort=waiting&limit=1")).json.groups).toHaveLength(1);
  expect((await api.get("/v1/groups?sort=waiting&status=paused")).json.groups).toEqual([]);
});

test("sorted by what failed those groups come first in which something has failed for good last", async () => {
  worker = await startTestWorker(redis.url);
  for (const name of ["g", "other", "g"])
    await settled((await api.post("/v1/tasks", { handler: "test", data: "fail", group: name, attempts: 1 })).json.id);
  const { json } = await api.get("/v1/groups?sort=failed");
  expect(json).toMatchObject({
    groups: [
      { id: "g", status: "idle", deadLetters: 2 },
      { id: "other", deadLetters: 1 },
    ],
    cursor: null,
  });
  // In the list without an order, too, though nothing waits there.
  expect((await allOf("/v1/groups?limit=20", "groups")).map(({ id }) => id).toSorted()).toEqual(["g", "other"]);
});

test("a paused group waits, resumed it goes on; drained it is empty; `-` is everybody without a group", async () => {
  worker = await startTestWorker(redis.url);
  for (const [id, name] of [
    ["g", "g"],
    ["-", undefined],
  ] as const) {
    expect((await act(id, "pause")).json).toMatchObject({ status: "paused", reason: "paused" });
    const waits = await enqueue(1, { group: name });
    const also = await enqueue(2, { group: name });
    expect(await group(id)).toMatchObject({ id: name ?? "", waiting: 2, oldest: { id: waits } });
    expect((await act(id, "drain")).json).toEqual({ cancelled: 2 });
    expect((await settled(also)).error).toEqual({ code: "cancelled", message: "its group was drained" });
    const later = await enqueue(3, { group: name });
    expect((await act(id, "resume")).json.status).not.toBe("paused");
    expect((await settled(later)).status).toBe("succeeded");
  }
});

test("cancelling a group ends what waits and what runs, and says how many", async () => {
  worker = await startTestWorker(redis.url);
  const ids = [await enqueue("hang"), await enqueue(1), await enqueue(2)];
  await eventually(async () => expect(await group("g")).toMatchObject({ status: "maxed", active: 1, waiting: 2 }));
  expect((await act("g", "cancel", { reason: "the customer left" })).json).toEqual({ cancelled: 3 });
  for (const id of ids) {
    expect(await settled(id)).toMatchObject({ status: "cancelled", error: { message: "the customer left" } });
  }
  expect(worker.started).toEqual(["hang"]);
});

test("failed tasks are listed in pages, the newest first, and redriven, the oldest first", async () => {
  worker = await startTestWorker(redis.url);
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) ids.push(await enqueue("fail"));
  await Promise.all(ids.map(settled));
  const dead = await allOf("/v1/groups/g/dead?limit=2", "deadLetters");
  expect(dead.map(({ id }) => id)).toEqual(ids.toReversed());
  expect(dead[0]).toEqual({
    id: ids[4],
    handler: "test",
    reason: "no disk",
    attempts: 1,
    failedAtMs: expect.any(Number),
    failedAt: expect.stringMatching(/Z$/),
  });
  expect(Math.abs(Date.now() - (dead[0] as unknown as { failedAtMs: number }).failedAtMs)).toBeLessThan(60_000);
  expect((await group("g")).deadLetters).toBe(5);
  expect((await act("g", "redrive")).json).toEqual({ queued: 5 });
  await Promise.all(ids.map(settled));
  await eventually(() => expect(worker?.started).toHaveLength(10));
});

test("the index is made anew on demand, and the answer says how many tasks were looked at and how many were lost", async () => {
  await enqueue(1);
  await enqueue(2);
  await enqueue(3, { group: "other", delayMs: 60_000 });
  expect((await api.request("POST", "/v1/groups/rebuild")).json).toEqual({ tasks: 3, restored: 0 });
  expect(await group("g")).toMatchObject({ status: "ready", waiting: 2 });
});

test("a name of any 128 characters is found under its percent-encoded form", async () => {
  const name = `${"中/?#%é ".repeat(18)}ab`;
  expect(name).toHaveLength(128);
  await enqueue(1, { group: name });
  expect(await group(encodeURIComponent(name))).toMatchObject({ id: name, waiting: 1 });
});

test.each([
  ["/v1/groups?cursor=1:0", "cursor: is not one that was handed out for this list"],
  [`/v1/groups?cursor=${Buffer.from("dead 5").toString("base64url")}`, "cursor: is not one"],
  [`/v1/groups?cursor=${Buffer.from("groups x").toString("base64url")}`, "cursor: is not one"],
  [`/v1/groups/g/dead?cursor=${Buffer.from("dead -1").toString("base64url")}`, "cursor: is not one"],
  ["/v1/groups?limit=0", "limit: must be 1 or more"],
  ["/v1/groups/g/dead?limit=1001", "limit: must be 1000 or less"],
  ["/v1/groups?status=asleep", "status: must be one of `idle`, `ready`, `maxed`, `limited`, `paused`, `throttled`"],
  ["/v1/groups?state=idle", "state: unknown field; did you mean `status`?"],
  [`/v1/groups/${"g".repeat(129)}`, "id: must have 128 characters or fewer"],
  ["/v1/groups/a%0Ab", "id: must not contain control characters"],
  ["/v1/groups/*/dead", "id: `*` has settings only; name one group"],
])("GET %s is a bad request that says: %s", async (path, message) => {
  const { status, json } = await api.get(path);
  expect([status, json.error?.code]).toEqual([400, "invalid_request"]);
  expect(json.error.message).toContain(message);
});

test("a key for tasks enqueues and cancels, and is not let near groups; and the other way round", async () => {
  const keys = [
    { name: "shop", key: "shop-key-of-16-characters", scopes: ["tasks"] },
    { name: "ops", key: "ops-key-of-16-characters", scopes: ["groups"] },
  ];
  const own = await startTestApi(redis.url, { http_api: { keys } });
  try {
    const status = async (key: string, method: string, path: string, body?: object) =>
      (await own.request(method, path, { headers: { "x-api-key": key }, body })).status;
    const [shop = "", ops = ""] = keys.map(({ key }) => key);
    expect(await status(shop, "POST", "/v1/tasks", { handler: "test" })).toBe(202);
    expect(await status(shop, "POST", "/v1/tasks/t_1/cancel")).toBe(404);
    expect(await status(ops, "POST", "/v1/tasks", { handler: "test" })).toBe(403);
    for (const [method, path] of [
      ["GET", "/v1/groups"],
      ["GET", "/v1/groups/g"],
      ["GET", "/v1/groups/g/dead"],
      ["DELETE", "/v1/groups/g/settings"],
      ...["pause", "resume", "drain", "cancel", "redrive", "discard"].map(
        (action) => ["POST", `/v1/groups/g/${action}`] as const,
      ),
      ["POST", "/v1/groups/rebuild"],
    ] as const) {
      expect([path, await status(shop, method, path), await status(ops, method, path)]).toEqual([path, 403, 200]);
    }
  } finally {
    await own.close();
  }
});

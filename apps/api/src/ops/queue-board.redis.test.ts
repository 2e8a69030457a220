import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { opsPassword, startTestApi, type TestApi } from "../testing/test-api.ts";
import { startTestWorker, type TestWorker } from "../testing/test-worker.ts";

/** What the buttons of the dashboard send, sent as the browser sends it; and what becomes of groups and records. */

let redis: TestRedis;
let api: TestApi;
let worker: TestWorker;
let session: Record<string, string>;

beforeAll(async () => {
  redis = await startTestRedis();
});
beforeEach(async () => {
  api = await startTestApi(redis.url);
  worker = await startTestWorker(redis.url);
  const login = await api.request("POST", "/ops/login", {
    headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
    body: `password=${opsPassword}`,
  });
  const cookie = login.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  session = { cookie, "sec-fetch-site": "same-origin" };
});
afterEach(async () => {
  await worker.close();
  await api.close();
  await redis.flush();
});
afterAll(() => redis.close());

const board = (method: string, path: string, body?: object) =>
  api.request(method, `/ops/queues/api/queues${path}`, { headers: session, ...(body !== undefined && { body }) });
/** A click on one of a task's buttons. */
const click = (id: string, button: string) => board("PUT", `/tasks/${id}/${button}`);
const enqueue = async (data: unknown, options: object = {}): Promise<string> =>
  (await api.post("/v1/tasks", { handler: "test", data, group: "g", attempts: 1, ...options })).json.id;
const settled = async (id: string) => (await api.get(`/v1/tasks/${id}?wait=10`)).json;
const why = async (id: string) => (await api.get(`/v1/tasks/${id}/why`)).json;
const group = async () => (await api.get("/v1/groups/g")).json;
const cancel = (id: string) => api.post(`/v1/tasks/${id}/cancel`, {});

/** Takes the only place of the group until it is cancelled. */
async function takePlace(): Promise<string> {
  const id = await enqueue("hang");
  await eventually(async () => expect((await why(id)).state).toBe("running"));
  return id;
}

test("waiting tasks of groups are shown, the newest first as everything there, counted, and with their group", async () => {
  await takePlace();
  const ids = [await enqueue(1), await enqueue(2), await enqueue(3)];
  const { json } = await board("GET", "?activeQueue=tasks&status=prioritized&page=1&jobsPerPage=10");
  const [queue] = json.queues;
  expect(queue?.counts).toMatchObject({ prioritized: 3, active: 1, waiting: 0 });
  expect(queue?.jobs.map(({ id }) => id)).toEqual(ids.toReversed());
  expect(queue?.jobs[0]).toMatchObject({ name: "test", data: { data: 3 }, opts: { group: { id: "g" } } });
});

test("the page asks nobody else for anything, and offers to retry what has failed, not what has succeeded", async () => {
  const page = await api.request("GET", "/ops/queues", { headers: session });
  expect(page.text).toContain("<title>");
  expect(page.text).not.toMatch(/(?:href|src)="(?:https?:)?\/\//);
  const { json } = await board("GET", "?activeQueue=tasks&status=completed&page=1&jobsPerPage=10");
  expect(json.queues[0]).toMatchObject({ allowRetries: true, allowCompletedRetries: false });
});

test("a waiting task that is removed is cancelled, and the others keep their order", async () => {
  const holder = await takePlace();
  const ids = [await enqueue(1), await enqueue(2), await enqueue(3)];
  const [first = "", second = "", third = ""] = ids;
  expect((await click(second, "clean")).status).toBe(204);
  expect(await settled(second)).toMatchObject({
    status: "cancelled",
    error: { code: "cancelled", message: "removed from the queue" },
  });
  expect(await group()).toMatchObject({ waiting: 2, active: 1, oldest: { id: first } });
  await cancel(holder);
  await settled(third);
  expect(worker.started).toEqual(["hang", 1, 3]);
});

test("a running task is not removed", async () => {
  const holder = await takePlace();
  expect((await click(holder, "clean")).status).toBe(409);
  expect((await why(holder)).state).toBe("running");
});

test("a delayed task that is promoted goes to the end of its group, and waits for its turn", async () => {
  const holder = await takePlace();
  const delayed = await enqueue("delayed", { delayMs: 3_600_000 });
  const waiting = await enqueue("waiting");
  expect((await click(delayed, "promote")).status).toBe(204);
  expect(await why(delayed)).toMatchObject({ state: "maxed", ahead: 1, by: [holder] });
  await cancel(holder);
  expect((await settled(delayed)).status).toBe("succeeded");
  expect(await why(waiting)).toMatchObject({ state: "settled", status: "succeeded" });
  expect(worker.started).toEqual(["hang", "waiting", "delayed"]);
});

test("a task between two attempts that is promoted tries again at once, before all others of its group", async () => {
  const retries = await enqueue("fail once", { attempts: 2, backoff: { kind: "fixed", delayMs: 3_600_000 } });
  await eventually(async () => expect(await group()).toMatchObject({ held: 1 }));
  const other = await enqueue("other");
  expect(await why(other)).toMatchObject({ state: "held", by: retries });
  expect((await click(retries, "promote")).status).toBe(204);
  expect(await settled(retries)).toMatchObject({ status: "succeeded", attempt: 2 });
  await settled(other);
  expect(worker.started).toEqual(["fail once", "fail once", "other"]);
});

test("a failed task that is retried is the last of its group, has all its attempts, and its record follows", async () => {
  const failed = await enqueue("fail once");
  expect((await settled(failed)).status).toBe("failed");
  const holder = await takePlace();
  const waiting = await enqueue("waiting");
  expect((await click(failed, "retry")).status).toBe(204);
  expect((await api.get(`/v1/tasks/${failed}`)).json).toMatchObject({ status: "queued", attempt: 0, error: null });
  expect(await why(failed)).toMatchObject({ state: "maxed", ahead: 1 });
  expect((await group()).deadLetters).toBe(0);
  await cancel(holder);
  expect(await settled(failed)).toMatchObject({ status: "succeeded", attempt: 1 });
  expect((await settled(waiting)).status).toBe("succeeded");
  expect(worker.started).toEqual(["fail once", "hang", "waiting", "fail once"]);
});

test("retrying all failed tasks at once lets one run after the other", async () => {
  const ids = [await enqueue("fail once"), await enqueue("fail once"), await enqueue("fail once")];
  await Promise.all(ids.map(settled));
  const holder = await takePlace();
  const { json } = await board("PUT", "/tasks/retry/failed");
  expect(json).toEqual({ retried: 3, skipped: 0 });
  expect(await group()).toMatchObject({ active: 1, waiting: 3, deadLetters: 0 });
  await cancel(holder);
  for (const id of ids) expect(await settled(id)).toMatchObject({ status: "succeeded", attempt: 1 });
});

test("a task that succeeded is not run again, whatever is clicked", async () => {
  const done = await enqueue("done");
  const record = await settled(done);
  expect((await click(done, "retry")).status).toBe(204);
  const next = await enqueue("next");
  await settled(next);
  expect(worker.started).toEqual(["done", "next"]);
  expect(await settled(done)).toEqual(record);
});

test("another priority is another place in the group", async () => {
  const holder = await takePlace();
  const ids = [await enqueue("a"), await enqueue("b"), await enqueue("c")];
  expect((await board("PATCH", `/tasks/${ids[0]}/priority`, { priority: 10 })).status).toBe(200);
  await cancel(holder);
  await Promise.all(ids.map(settled));
  expect(worker.started).toEqual(["hang", "b", "c", "a"]);
});

test("emptying the queue cancels what waits and lets run what runs", async () => {
  const holder = await takePlace();
  const ids = [await enqueue(1), await enqueue(2), await enqueue(3, { group: "h", delayMs: 3_600_000 })];
  expect((await board("PUT", "/tasks/empty")).status).toBe(200);
  for (const id of ids.slice(0, 2)) expect((await settled(id)).error.message).toBe("the queue was emptied");
  expect(await group()).toMatchObject({ waiting: 0, active: 1 });
  await cancel(holder);
  expect((await settled(await enqueue("after"))).status).toBe("succeeded");
});

test("a paused queue starts nothing, and goes on where it was", async () => {
  expect((await board("PUT", "/tasks/pause")).status).toBe(200);
  const ids = [await enqueue(1), await enqueue(2)];
  expect((await api.get(`/v1/tasks/${ids[0]}?wait=1`)).json.status).toBe("queued");
  expect((await board("PUT", "/tasks/resume")).status).toBe(200);
  await Promise.all(ids.map(settled));
  expect(worker.started).toEqual([1, 2]);
});

test("a paused queue is the reason why nothing starts, and says so", async () => {
  await board("PUT", "/tasks/pause");
  const id = await enqueue(1);
  expect(await why(id)).toMatchObject({ state: "paused", paused: "queue", text: expect.stringContaining("queue") });
  await board("PUT", "/tasks/resume");
  expect((await settled(id)).status).toBe("succeeded");
});

test("a paused queue goes on by the api, which says whether it was paused", async () => {
  await board("PUT", "/tasks/pause");
  const id = await enqueue(1);
  expect((await api.post("/v1/queue/resume", {})).json).toEqual({ resumed: true });
  expect((await settled(id)).status).toBe("succeeded");
  expect((await api.post("/v1/queue/resume", {})).json).toEqual({ resumed: false });
});

test("emptying a long queue goes in steps that others come in between", async () => {
  await board("PUT", "/tasks/pause");
  const tasks = Array.from({ length: 1_000 }, (_, index) => ({
    handler: "test",
    data: index,
    group: `g${index % 50}`,
  }));
  for (let batch = 0; batch < 10; batch += 1) await api.post("/v1/tasks/batch", { tasks });
  await redis.command("CONFIG", "RESETSTAT");
  expect((await board("PUT", "/tasks/empty")).status).toBe(200);
  expect((await api.get("/v1/groups")).json.groups.reduce((sum, { waiting }) => sum + waiting, 0)).toBe(0);
  const stats = String(await redis.command("INFO", "commandstats"));
  const scripts = Array.from(stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g), ([, calls]) => Number(calls));
  // One script for all of them took two seconds for 50 000, in which nothing was published.
  expect(scripts.reduce((sum, calls) => sum + calls, 0)).toBeGreaterThan(20);
});

test("what the dashboard does not take is refused, whatever stands in it", async () => {
  for (const options of ["x", "\0", 1]) {
    expect((await board("POST", "/tasks/add", { name: "test", options })).status).toBe(400);
  }
  expect((await board("GET", "?activeQueue=tasks&status=%00&page=%00")).status).toBe(400);
});

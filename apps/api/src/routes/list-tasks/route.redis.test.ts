import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import type { TaskHead, TaskPage } from "@switchyard/tasks/task-search";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { startTestWorker, type TestWorker } from "../../testing/test-worker.ts";

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

const enqueue = async (options: object = {}): Promise<string> =>
  (await api.post("/v1/tasks", { handler: "test", attempts: 1, ...options })).json.id;
type WithDates<T> = T & { readonly [K in keyof T as K extends `${infer Name}Ms` ? Name : never]: string };
interface ListAnswer extends WithDates<Pick<TaskPage, "readAtMs" | "examined" | "total" | "isComplete">> {
  readonly tasks: readonly WithDates<TaskHead>[];
  readonly cursor: string | null;
}

const list = async (query = "") => JSON.parse((await api.get(`/v1/tasks?${query}`)).text) as ListAnswer;
const ids = async (query = "") => (await list(query)).tasks.map(({ id }) => id);

test("tasks are listed in short, with times in both forms, and neither data nor result", async () => {
  worker = await startTestWorker(redis.url);
  const failed = await enqueue({ data: "fail", group: "客户", user: "ann" });
  const succeeded = await enqueue({ data: { secret: "canary" } });
  for (const id of [failed, succeeded]) await api.get(`/v1/tasks/${id}?wait=10`);
  const page = await list();
  expect(page).toEqual({
    tasks: [expect.objectContaining({ id: failed }), expect.objectContaining({ id: succeeded })],
    cursor: null,
    examined: 2,
    total: 2,
    isComplete: true,
    readAtMs: expect.any(Number),
    readAt: new Date(page.readAtMs).toISOString(),
  });
  const { enqueuedAtMs = 0, startedAtMs, finishedAtMs } = page.tasks[0] ?? {};
  expect(page.tasks[0]).toEqual({
    id: failed,
    handler: "test",
    group: "客户",
    user: "ann",
    status: "failed",
    percent: null,
    attempt: 1,
    attempts: 1,
    error: { code: "handler_failed", message: "no disk" },
    enqueuedAtMs,
    enqueuedAt: new Date(enqueuedAtMs).toISOString(),
    startedAtMs,
    startedAt: new Date(startedAtMs ?? 0).toISOString(),
    finishedAtMs,
    finishedAt: new Date(finishedAtMs ?? 0).toISOString(),
    dueAtMs: null,
    dueAt: null,
  });
  expect(JSON.stringify(page)).not.toContain("canary");
});

test("filters narrow the list, and its pages lead to every task", async () => {
  const waiting = [await enqueue({ group: "a b" }), await enqueue({ group: "a b" }), await enqueue({ group: "a b" })];
  const alone = await enqueue({ user: "ann", delayMs: 60_000 });
  expect(await ids("group=a%20b")).toEqual(waiting.toReversed());
  expect(await ids("group=-")).toEqual([alone]);
  expect(await ids("user=ann&status=queued&handler=test")).toEqual([alone]);
  expect(await ids(`id=${waiting[1]}`)).toEqual([waiting[1]]);
  expect(await ids("id=t_nobody")).toEqual([]);
  const { enqueuedAtMs = 0, enqueuedAt = "", dueAtMs } = (await list("user=ann")).tasks[0] ?? {};
  expect(Math.abs((dueAtMs ?? 0) - enqueuedAtMs - 60_000)).toBeLessThan(1_000);
  expect(await ids(`user=ann&since=${enqueuedAtMs}&until=${encodeURIComponent(enqueuedAt)}`)).toEqual([alone]);
  expect(await ids(`user=ann&since=${enqueuedAtMs + 1}`)).toEqual([]);
  const paged: string[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const page: ListAnswer = await list(`limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`);
    paged.push(...page.tasks.map(({ id }) => id));
    cursor = page.cursor;
  }
  expect(paged).toEqual([...waiting.toReversed(), alone]);
});

const forged = (text: string) => Buffer.from(text).toString("base64url");

test.each([
  ["limit=0", "limit: must be 1 or more"],
  ["limit=-1", "limit: must be 1 or more"],
  ["limit=1e9", "limit: must be 1000 or less"],
  ["status=asleep", "status: must be one of `queued`, `running`, `retrying`, `succeeded`, `failed`, `cancelled`"],
  ["status=failed&status=queued", "status: must be"],
  ["state=failed", "state: unknown field; did you mean `status`?"],
  ["cursor=", "cursor: is not one that was handed out"],
  [`cursor=${forged("groups 1:0")}`, "cursor: is not one that was handed out"],
  [`cursor=${forged("tasks x")}`, "cursor: is not one that was handed out"],
  [`cursor=${forged("tasks AAAAAAAAAAAA 0 1 t_1")}`, "cursor: is not one that was handed out"],
  [`cursor=${"x".repeat(1_025)}`, "cursor: must have 1024 characters or fewer"],
  ["id=t_1&handler=test", "handler: cannot be asked for beside `id`"],
  ["id=wait", "id: "],
  ["id=", "id: "],
  ["group=", "group: must not be empty; `-` stands for the tasks without a group"],
  ["group=*", "group: must not be"],
  ["since=yesterday", "since: must be whole milliseconds since 1970, or ISO 8601"],
  ["until=1767225600", "until: must be whole milliseconds since 1970"],
  ["since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", "until: must not be before `since`"],
])("GET /v1/tasks?%s is a bad request that says: %s", async (query, message) => {
  const { status, json } = await api.get(`/v1/tasks?${query}`);
  expect([status, json.error?.code]).toEqual([400, "invalid_request"]);
  expect(json.error.message).toContain(message);
});

test("of a task that failed its attempt is told, in both forms of its times, and of none that there is not", async () => {
  worker = await startTestWorker(redis.url);
  const id = await enqueue({ data: "fail" });
  const { finishedAtMs } = JSON.parse((await api.get(`/v1/tasks/${id}?wait=10`)).text) as TaskHead;
  const { status, text } = await api.get(`/v1/tasks/${id}/attempts`);
  const endedAt = new Date(finishedAtMs ?? 0).toISOString();
  const attempt = { number: 1, outcome: "failed", error: { code: "handler_failed" }, endedAtMs: finishedAtMs, endedAt };
  expect([status, JSON.parse(text)]).toMatchObject([200, { attempts: [attempt] }]);
  expect((await api.get("/v1/tasks/t_nobody/attempts")).status).toBe(404);
  expect((await api.get("/v1/tasks/wait/attempts")).status).toBe(400);
});

test("a key that may enqueue is not shown what others have enqueued, and one that may search does not enqueue", async () => {
  const keys = [
    { name: "shop", key: "shop-key-of-16-characters", scopes: ["tasks"] },
    { name: "desk", key: "desk-key-of-16-characters", scopes: ["search"] },
  ];
  const own = await startTestApi(redis.url, { http_api: { keys } });
  try {
    const ask = async (key = "", method = "GET", body?: object) =>
      own.request(method, "/v1/tasks", { headers: { "x-api-key": key }, body });
    const [shop, desk] = keys.map(({ key }) => key);
    expect((await ask(shop, "POST", { handler: "test" })).status).toBe(202);
    expect((await ask(shop)).status).toBe(403);
    const attempts = await own.request("GET", "/v1/tasks/t_1/attempts", { headers: { "x-api-key": shop ?? "" } });
    expect(attempts.status).toBe(403);
    expect((await ask(desk)).json.tasks).toHaveLength(1);
    expect((await ask(desk, "POST", { handler: "test" })).status).toBe(403);
    expect((await ask("")).status).toBe(401);
  } finally {
    await own.close();
  }
});

test("what runs comes first, and a cancelled task is still found", async () => {
  worker = await startTestWorker(redis.url);
  const gone = await enqueue({ delayMs: 60_000 });
  await api.request("POST", `/v1/tasks/${gone}/cancel`, { body: { reason: "not needed" } });
  const runs = await enqueue({ data: "hang" });
  await eventually(async () => expect((await list("status=running")).tasks).toMatchObject([{ id: runs, attempt: 1 }]));
  expect((await list()).tasks).toMatchObject([{ id: runs }, { id: gone, error: { message: "not needed" } }]);
});

import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestWorker } from "../../testing/test-worker.ts";

let redis: TestRedis;
let api: TestApi;
const keys = [
  { name: "clock", key: "key-of-schedules-alone", scopes: ["schedules"] },
  { name: "tasks", key: "key-of-tasks-alone-16", scopes: ["tasks"] },
  { name: "teller", key: "key-of-schedules-and-publish", scopes: ["schedules", "publish"], namespaces: ["chat"] },
];
beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url, { http_api: { key: "test-api-key-0123456789", keys } });
});
afterEach(() => redis.flush());
afterAll(async () => {
  await api.close();
  await redis.close();
});

const put = (id: string, body: unknown, headers: Record<string, string> = {}) =>
  api.request("PUT", `/v1/schedules/${id}`, { body, headers });
const act = (id: string, verb: string, body?: unknown) => api.request("POST", `/v1/schedules/${id}/${verb}`, { body });
const task = { handler: "test", data: { report: "daily" } };
const weekdays = { cron: "0 9 * * 1-5", timeZone: "Asia/Shanghai", task };

test("a schedule is created, repeated without a change, replaced, and told with its next ticks and in words", async () => {
  const created = await put("daily", weekdays);
  expect(created.status).toBe(201);
  expect(created.json).toMatchObject({
    id: "daily",
    revision: 1,
    state: "active",
    text: "At 09:00, Monday through Friday",
    textZh: expect.stringContaining("星期一至星期五"),
    nextAt: expect.stringMatching(/T01:00:00\.000Z$/),
    note: null,
    counts: { fired: 0, missed: 0, skipped: 0, failed: 0 },
    recent: [],
    running: [],
  });
  expect((created.json as unknown as { upcoming: string[] }).upcoming).toHaveLength(10);
  expect(await put("daily", weekdays)).toMatchObject({ status: 200, json: { revision: 1 } });
  expect(await put("daily", { ...weekdays, overlap: "allow" })).toMatchObject({ status: 200, json: { revision: 2 } });
  expect((await api.get("/v1/schedules/daily")).json).toMatchObject({ revision: 2, spec: { overlap: "allow", task } });
});

test("with If-Match only that revision is replaced", async () => {
  expect((await put("s", weekdays, { "if-match": "0" })).status).toBe(201);
  const late = await put("s", { ...weekdays, cron: "0 10 * * *" }, { "if-match": '"7"' });
  expect([late.status, late.json.error.code, late.json.error.field]).toEqual([412, "revision_conflict", "If-Match"]);
  expect((await put("s", { ...weekdays, cron: "0 10 * * *" }, { "if-match": '"1"' })).json.revision).toBe(2);
});

test("it is paused with a note, resumed, listed, filled backwards and removed", async () => {
  await put("b", weekdays);
  await put("a", weekdays);
  expect((await act("a", "pause", { note: "a holiday" })).json).toMatchObject({
    state: "paused",
    note: "a holiday",
    pausedAt: expect.stringMatching(/Z$/),
    pausedBy: expect.stringMatching(/./),
  });
  expect((await api.get("/v1/schedules?limit=10")).json.schedules.map(({ id }) => id)).toEqual(["a", "b"]);
  expect((await api.get("/v1/schedules?state=paused")).json.schedules.map(({ id }) => id)).toEqual(["a"]);
  expect((await act("a", "resume")).json).toMatchObject({ state: "active", note: null });
  const span = { from: "2026-01-05T00:00:00Z", to: "2026-01-06T12:00:00Z" };
  const ticks = ["2026-01-05T01:00:00.000Z", "2026-01-06T01:00:00.000Z"];
  expect((await act("a", "backfill", { ...span, dryRun: true })).json).toMatchObject({ ticks, fired: 0 });
  expect((await api.request("DELETE", "/v1/schedules/a")).json).toEqual({ removed: true });
  expect((await api.request("DELETE", "/v1/schedules/a")).json).toEqual({ removed: false });
});

test("times are told and taken in both ways, and the 0 of no bound is no time", async () => {
  const bounds = { startAt: "2030-01-01T00:00:00+08:00", endAtMs: Date.UTC(2031, 0, 1) };
  const { timing } = ((await put("both", { ...weekdays, ...bounds })).json as unknown as { spec: { timing: object } })
    .spec;
  expect(timing).toMatchObject({
    startAtMs: Date.UTC(2029, 11, 31, 16),
    startAt: "2029-12-31T16:00:00.000Z",
    endAtMs: Date.UTC(2031, 0, 1),
    endAt: "2031-01-01T00:00:00.000Z",
  });
  const once = await put("one", { atMs: Date.UTC(2030, 0, 1), task });
  expect(once.json).toMatchObject({
    spec: { timing: { atMs: Date.UTC(2030, 0, 1), at: "2030-01-01T00:00:00.000Z", startAtMs: 0, startAt: null } },
  });
  const span = { fromMs: Date.UTC(2026, 0, 5), toMs: Date.UTC(2026, 0, 5, 12), dryRun: true };
  await put("past", weekdays);
  expect((await act("past", "backfill", span)).json).toMatchObject({ ticks: ["2026-01-05T01:00:00.000Z"] });
  const twice = await put("s", { ...weekdays, startAt: bounds.startAt, startAtMs: 5 });
  expect([twice.status, twice.json.error.field]).toEqual([400, "startAtMs"]);
  const seconds = await put("s", { ...weekdays, endAtMs: 1_900_000_000 });
  expect(seconds.json.error).toMatchObject({
    field: "endAtMs",
    message: expect.stringContaining("looks like seconds"),
  });
});

test("a clock that is changed before the last of the next ticks is a warning, in the preview too", async () => {
  const asked = { cron: "30 2 * * *", timeZone: "Europe/Berlin", count: 100 };
  const bounds = { startAt: "2027-03-27T00:00:00Z", endAt: "2027-03-30T00:00:00Z" };
  const warnings = ["2027-03-28: 02:30 does not exist in Europe/Berlin, runs at 03:00"];
  expect((await api.post("/v1/schedules/preview", { ...asked, ...bounds })).json).toMatchObject({ warnings });
  const { count: _count, ...request } = asked;
  expect((await put("s", { ...request, ...bounds, task })).json).toMatchObject({ warnings, last: null });
});

test("a worker runs what is due, and a trigger runs it now", async () => {
  const worker = await startTestWorker(redis.url);
  try {
    await put("once", { at: "2020-01-01T09:00:00+08:00", task });
    await eventually(() => expect(worker.started).toHaveLength(1));
    expect(worker.started[0]).toMatchObject({ report: "daily", schedule: { id: "once", tickMs: 1_577_840_400_000 } });
    const last = { tickAtMs: 1_577_840_400_000, tickAt: "2020-01-01T01:00:00.000Z", status: "succeeded" };
    await eventually(async () => expect((await api.get("/v1/schedules/once")).json).toMatchObject({ last }));
    await put("later", weekdays);
    expect((await act("later", "trigger")).json).toMatchObject({
      outcome: "fired",
      taskId: expect.stringMatching(/^t_/),
    });
    await eventually(() => expect(worker.started).toHaveLength(2));
  } finally {
    await worker.close();
  }
});

test("a preview stores nothing", async () => {
  const { json } = await api.post("/v1/schedules/preview", { cron: "0 0 1 1 *", count: 2 });
  expect(json).toMatchObject({
    text: expect.any(String),
    upcoming: [expect.stringMatching(/-01-01T00:00/), expect.anything()],
  });
  expect((await api.get("/v1/schedules")).json.schedules).toEqual([]);
});

test.each([
  ["s", { ...weekdays, cron: "61 * * * *" }, "cron", "Invalid value for minute"],
  ["s", { ...weekdays, timeZone: "Mars/Base" }, "timeZone", "as IANA does"],
  ["s", { ...weekdays, everyMs: 5_000 }, "everyMs", "cannot be combined with `cron`"],
  ["s", { ...weekdays, overlap: "both" }, "overlap", "must be one of"],
  ["s", { ...weekdays, task: { handler: "test", data: 7 } }, "task.data", "must be an object"],
  ["s", { ...weekdays, task: { handler: "test", delayMs: 5 } }, "task.delayMs", "unknown field"],
  ["a%20b", weekdays, "id", "must be 1 to 128 of"],
])("PUT %s with %j is a bad request at %s: %s", async (id, body, field, message) => {
  const { status, json } = await put(id, body);
  expect([status, json.error.field]).toEqual([400, field]);
  expect(json.error.message).toContain(message);
});

test("nobody is found under an unknown id, and a key needs the scope, for messages that of publishing too", async () => {
  for (const verb of ["pause", "resume", "trigger"]) expect((await act("nobody", verb)).status).toBe(404);
  expect((await api.get("/v1/schedules/nobody")).json.error.code).toBe("schedule_unknown");
  const as = (key: string, body: unknown) => put("s", body, { "x-api-key": key });
  expect((await as("key-of-tasks-alone-16", weekdays)).status).toBe(403);
  expect((await as("key-of-schedules-alone", weekdays)).status).toBe(201);
  const message = { ...weekdays, task: undefined, publish: { channel: "chat:a", data: 1 } };
  expect((await as("key-of-schedules-alone", message)).json.error.message).toContain("lacks the scope `publish`");
  const disguised = { ...weekdays, task: { handler: "hub.publish", data: { channel: "chat:a", data: 1 } } };
  expect((await as("key-of-schedules-alone", disguised)).status).toBe(403);
});

test.each([
  ["trigger", undefined],
  ["backfill", { from: "2026-01-05T00:00:00Z", to: "2026-01-06T00:00:00Z" }],
])("%s needs the scope of what the schedule does, as putting it does", async (verb, body) => {
  await put("news", { ...weekdays, task: undefined, publish: { channel: "chat:a", data: 1 } });
  await put("mail", { ...weekdays, task: undefined, notify: { to: { users: ["ann"] }, item: { title: "t" } } });
  await put("user", { ...weekdays, task: { handler: "hub.publish", data: { user: "ann", data: 1 } } });
  await put("plain", weekdays);
  const ask = async (key: string, id: string) =>
    (await api.request("POST", `/v1/schedules/${id}/${verb}`, { body, headers: { "x-api-key": key } })).status;
  const alone = await Promise.all(["news", "mail", "user", "plain"].map((id) => ask("key-of-schedules-alone", id)));
  expect(alone).toEqual([403, 403, 403, 200]);
  const teller = await Promise.all(["news", "mail", "user"].map((id) => ask("key-of-schedules-and-publish", id)));
  expect(teller).toEqual([200, 403, 403]);
  const pause = { headers: { "x-api-key": "key-of-schedules-alone" } };
  for (const other of ["pause", "resume"])
    expect((await api.request("POST", `/v1/schedules/news/${other}`, pause)).status).toBe(200);
  expect((await api.request("DELETE", "/v1/schedules/news", pause)).status).toBe(200);
});

test("with a jitter the ticks to come begin with the one it stands at, and a jitter that is too long is told", async () => {
  const { json } = await put("s", { cron: "* * * * * *", jitterMs: 3_600_000, task });
  const { upcoming, createdAt } = json as unknown as { upcoming: string[]; createdAt: string };
  expect(upcoming).toHaveLength(10);
  expect(Date.parse(upcoming[0] ?? "")).toBeGreaterThan(Date.parse(createdAt) - 1);
  expect(json).toMatchObject({ warnings: [expect.stringContaining("jitterMs: 3600000 is more than the 1000 ms")] });
});

test("once is told on the clock it was asked for, in words of two languages", async () => {
  const { json } = await put("s", { at: "2030-01-01T00:00", timeZone: "Asia/Shanghai", task });
  expect(json).toMatchObject({
    text: "Once, at 2030-01-01 00:00:00 Asia/Shanghai",
    textZh: "一次，2030-01-01 00:00:00 Asia/Shanghai",
    spec: { timing: { at: "2029-12-31T16:00:00.000Z" } },
  });
});

test.each([
  [{ data: 1 }, "publish", "exactly one of"],
  [{ channel: "chat:a", user: "ann", data: 1 }, "publish", "exactly one of"],
  [{ channel: "hub:events", data: 1 }, "publish.channel", "hub"],
  [{ channels: ["chat:a", "inbox:ann"], data: 1 }, "publish.channels[1]", "inbox"],
  [{ channel: "nowhere:a", data: 1 }, "publish.channel", "no namespace `nowhere` is configured"],
  [{ user: "", data: 1 }, "publish.user", "not empty"],
])("what `publish` of %j lacks is told when it is put, as a task too and in a preview, at %s: %s", async (...row) => {
  const [publish, field, message] = row;
  const schedule = { everyMs: 60_000, publish };
  const asTask = { everyMs: 60_000, task: { handler: "hub.publish", data: publish } };
  const { error: ofTask } = (await put("p", asTask)).json;
  expect(ofTask.field).toBe(field.replace("publish", "task.data"));
  for (const { status, json } of [await put("p", schedule), await api.post("/v1/schedules/preview", schedule)]) {
    expect({ status, ...json.error }).toMatchObject({ status: 400, code: "invalid_request", field });
    expect(json.error.message).toContain(message);
  }
});

test("a schedule may name a handler of the hub's own as its task, and its tick is one that can be done", async () => {
  await put("p", { everyMs: 60_000, task: { handler: "hub.publish", data: { user: "ann", data: 1 } } });
  const { taskId } = (await act("p", "trigger")).json as unknown as { taskId: string };
  const [job = ""] = (await redis.command("KEYS", `*:tasks:${taskId}`)) as string[];
  expect(JSON.parse(String(await redis.command("HGET", job, "data")))).toHaveProperty("data", { user: "ann", data: 1 });
});

test("a notification is checked when it is put, in the words of its own route, and its tick is a task that writes it", async () => {
  const notify = { to: { users: ["ann"] }, item: { title: "The week's report is due" } };
  const fault = await put("weekly", { everyMs: 60_000, notify: { ...notify, item: { titel: "x" } } });
  expect(fault.json.error).toMatchObject({ code: "invalid_request", field: "notify.item.titel" });
  const escalate = [{ afterMs: 1_000, handler: "hub.publish" }];
  const other = await put("weekly", { everyMs: 60_000, notify: { ...notify, escalate } });
  expect(other.json.error).toMatchObject({ field: "notify.escalate[0].handler" });
  expect((await put("weekly", { everyMs: 60_000, notify })).json).toMatchObject({
    spec: { notify, missedWindowMs: 300_000 },
  });
  const { json } = await act("weekly", "trigger");
  const { taskId } = json as unknown as { taskId: string };
  expect((await api.get(`/v1/tasks/${taskId}`)).json).toMatchObject({ handler: "hub.notify" });
});

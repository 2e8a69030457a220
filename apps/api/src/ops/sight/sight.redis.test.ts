import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import type { OverviewAnswer } from "@switchyard/console/answers";
import type { AuditPageAnswer } from "@switchyard/console/audit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callOps, logIn } from "../../testing/ops-login.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { opsRoutes } from "../access/ops-routes.ts";
import { hashPassword } from "../access/password-hash.ts";

const password = "a-password-of-one's-own";
let redis: TestRedis;
let api: TestApi;
let narrow: string;
let wide: string;
let own: string;
let hidden: string;
let newer: string;

beforeAll(async () => {
  redis = await startTestRedis();
  const password_hash = await hashPassword(password);
  const users = [
    { name: "wide", role: "admin", password_hash },
    { name: "narrow", role: "admin", groups: ["orders.*"], password_hash },
  ];
  api = await startTestApi(redis.url, { ops: { users } });
  [wide, narrow] = [await logIn(api, { name: "wide", password }), await logIn(api, { name: "narrow", password })];
  own = await enqueue("orders.eu");
  hidden = await enqueue("mail");
  await enqueue("mail");
  for (const group of ["orders.eu", "mail"]) {
    await api.post(`/v1/groups/${group}/pause`, { reason: "a test" });
    const schedule = { cron: "0 9 * * *", task: { handler: "test", group } };
    await api.request("PUT", `/v1/schedules/of-${group}`, { body: schedule });
  }
  const publishes = { cron: "0 9 * * *", publish: { channel: "chat:lobby", data: {} } };
  await api.request("PUT", "/v1/schedules/of-nobody", { body: publishes });
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

async function enqueue(group: string): Promise<string> {
  const { text } = await api.post("/v1/tasks", { handler: "test", group });
  return (JSON.parse(text) as { readonly id: string }).id;
}

const ask = (method: string, path: string, cookie = narrow, body?: object) =>
  callOps(api, method, path, { cookie, body, reason: "for-the-test-of-sight" });

const closed = Object.entries(opsRoutes).filter(([, { right, sight }]) => right !== "anyone" && sight === "nothing");

test("what shows the whole hub is not there for who sees some groups only, whatever their role", async () => {
  expect(closed.length).toBeGreaterThan(40);
  const statuses = closed.map(async ([route]) => {
    const [method = "", path = ""] = route.replaceAll(/:\w+|\*/g, "x").split(" ");
    const headers = { cookie: narrow, "sec-fetch-site": "same-origin", "x-sy-console": "1" };
    return `${route} ${(await api.request(method, path, { headers })).status}`;
  });
  expect((await Promise.all(statuses)).filter((line) => !line.endsWith(" 404"))).toEqual([]);
});

test("lists and their numbers have what is seen, and nothing of the rest", async () => {
  expect((await ask("GET", "groups")).json).toMatchObject({ groups: [{ id: "orders.eu" }] });
  const tasks = await ask("GET", "tasks");
  expect(tasks.json).toMatchObject({ tasks: [{ id: own }], examined: 1, total: 1 });
  expect((await ask("GET", "tasks", wide)).json).toMatchObject({ examined: 3 });
  // A page is full of what is seen, however much of the rest is in between.
  newer = await enqueue("orders.eu");
  await enqueue("mail");
  const ids = async (query: string) => (await ask("GET", `tasks?${query}`)).json;
  expect(await ids("limit=2")).toMatchObject({ tasks: [{ id: newer }, { id: own }] });
  await api.post(`/v1/tasks/${newer}/cancel`, {});
  for (const query of [`id=${hidden}`, "group=mail"])
    expect((await ask("GET", `tasks?${query}`)).json).toMatchObject({ tasks: [], examined: 0, total: 0 });
  // The api looks at the hub as it starts, and a look is kept for a second.
  const overview = await eventually(async () => {
    const answer = await ask("GET", "overview");
    expect(answer.json).toMatchObject({
      isNarrow: true,
      needs: [{ code: "group_paused", group: "orders.eu" }],
      groups: [{ id: "orders.eu" }],
      tasks: { queued: 0 },
      processes: [],
    });
    return answer;
  });
  for (const { text } of [overview, tasks]) expect(text).not.toContain("mail");
  await eventually(async () =>
    expect((await ask("GET", "overview", wide)).json).toMatchObject({ isNarrow: false, tasks: { queued: 4 } }),
  );
});

test.each([
  ["GET", "tasks/:id"],
  ["GET", "tasks/:id/attempts"],
  ["GET", "tasks/:id/why"],
  ["POST", "tasks/:id/retry"],
  ["POST", "tasks/:id/cancel"],
])("%s %s of a hidden group is answered as of a task that is not there", async (method, path) => {
  const of = (id: string) => ask(method, path.replace(":id", id));
  const [guessed, nobodys] = [await of(hidden), await of("t_irrK3QyEOpEivnJLCDJF7")];
  expect([guessed.status, guessed.text]).toEqual([404, nobodys.text]);
  expect((await api.get(`/v1/tasks/${hidden}`)).json).toMatchObject({ status: "queued" });
});

test("a hidden group is not there, and can be told from none by nothing; one that is seen is acted on", async () => {
  for (const [method, path] of [
    ["GET", "groups/:id"],
    ["GET", "groups/:id/dead"],
    ["POST", "groups/:id/resume"],
    ["POST", "groups/:id/drain"],
    ["DELETE", "groups/:id/settings"],
  ] as const) {
    const texts = ["mail", "no-such-group", "-", "*"].map(async (id) => {
      const { status, text } = await ask(method, path.replace(":id", id));
      return `${status} ${text}`;
    });
    const [first = "", ...others] = await Promise.all(texts);
    expect(first).toMatch(/^404 /);
    expect(new Set(others)).toEqual(new Set([first]));
  }
  expect((await api.get("/v1/groups/mail")).json).toMatchObject({ status: "paused", waiting: 3 });
  // What they tried is told to those who see everything.
  const refused = await ask("GET", "audit?book=refusals&limit=100", wide);
  const { lines } = refused.json as unknown as AuditPageAnswer;
  const tried = lines.map(({ entry }) => ({ action: entry?.action, target: entry?.target }));
  expect(tried).toContainEqual({ action: "POST /ops/api/groups/:id/resume", target: { id: "mail" } });
  expect((await ask("POST", "groups/orders.eu/resume")).status).toBe(200);
  expect((await ask("GET", `tasks/${own}`)).status).toBe(200);
});

test("schedules whose tasks go to a group that is seen are there, in the list and by their ids, and no others", async () => {
  const list = (await ask("GET", "schedules")).json as unknown as {
    readonly schedules: readonly { readonly id: string }[];
  };
  expect(list.schedules.map(({ id }) => id)).toEqual(["of-orders.eu"]);
  const guessed = ["of-mail", "of-nobody", "no-such-schedule"].flatMap((id) =>
    (["GET ", "POST /pause", "POST /trigger", "DELETE "] as const).map(async (call) => {
      const [method = "", below = ""] = call.split(" ");
      const { status, text } = await ask(method, `schedules/${id}${below}`);
      return `${status} ${text}`;
    }),
  );
  const [first = "", ...others] = await Promise.all(guessed);
  expect(first).toMatch(/^404 /);
  expect(new Set(others)).toEqual(new Set([first]));
  expect((await ask("POST", "schedules/of-orders.eu/pause", narrow, {})).status).toBe(200);
  expect((await api.get("/v1/schedules/of-mail")).json).toMatchObject({ state: "active" });
});

test("the audit has what was done to what is seen, and neither the rest nor how much of it there is", async () => {
  await ask("POST", `tasks/${own}/cancel`);
  await ask("POST", `tasks/${hidden}/cancel`, wide);
  await ask("POST", "groups/orders.eu/pause", wide, { reason: "a test" });
  await ask("POST", "groups/mail/pause", wide, { reason: "a test" });
  const { text, json } = await ask("GET", "audit?book=all&limit=100");
  const { lines } = json as unknown as AuditPageAnswer;
  const named = lines.map(({ entry }) => String(Object.values(entry?.target ?? {})[0]));
  expect(new Set(named)).toEqual(new Set(["orders.eu", "of-orders.eu", own, newer]));
  expect(json).toMatchObject({ examined: lines.length, total: lines.length });
  const whole = (await ask("GET", "audit?book=all&limit=100", wide)).text;
  for (const secret of ["mail", hidden, "/ops/login"]) {
    expect(whole).toContain(secret);
    expect(text).not.toContain(secret);
  }
  const download = await api.request("GET", "/ops/audit/export?book=all", { headers: { cookie: narrow } });
  expect(download.text).toContain("orders.eu");
  expect(download.text).not.toContain("mail");
});

test("acts on many tasks are those of a group that is seen, to count, to begin, to find and to stop", async () => {
  const count = (filter: object) => ask("POST", "bulk-acts/count", narrow, { act: "cancel", filter });
  expect((await count({ group: "orders.eu" })).status).toBe(200);
  for (const filter of [{}, { group: "mail" }, { group: "no-such-group" }, { group: "-" }, { handler: "test" }]) {
    for (const path of ["bulk-acts/count", "bulk-acts/few", "bulk-acts"]) {
      const { status, json } = await ask("POST", path, narrow, { act: "retry", filter });
      expect([status, json.error]).toMatchObject([400, { field: "filter.group" }]);
    }
  }
  const begin = async (cookie: string, group: string) =>
    (await ask("POST", "bulk-acts", cookie, { act: "retry", filter: { group } })).json.id;
  const [mine, theirs] = [await begin(narrow, "orders.eu"), await begin(wide, "mail")];
  const list = (await ask("GET", "bulk-acts")).json.bulkActs.map(({ id }) => id);
  expect(list).toEqual([mine]);
  expect((await ask("GET", `bulk-acts/${mine}`)).status).toBe(200);
  const nobodys = "b_irrK3QyEOpEivnJLCDJF7";
  const texts = [theirs, nobodys].map(async (id) => (await ask("POST", `bulk-acts/${id}/abort`)).text);
  const [guessed, unknown] = await Promise.all(texts);
  expect(guessed).toBe(unknown);
  expect((await ask("GET", `bulk-acts/${theirs}`)).status).toBe(404);
});

test("an admin who sees some groups only sees no other's login", async () => {
  const page = async (cookie: string) => (await api.request("GET", "/ops/sessions", { headers: { cookie } })).text;
  expect(await page(narrow)).not.toContain(">wide ");
  expect(await page(wide)).toContain(">narrow ");
});

test("a cursor tells nothing of what is hidden, and is good for the login alone that was given it", async () => {
  const [first, second] = [await enqueue("orders.us"), await enqueue("orders.us")];
  const { json } = await ask("GET", "tasks?group=orders.us&limit=1");
  expect(json).toMatchObject({ tasks: [{ id: second }] });
  const cursor = String(json["cursor"]);
  const inner = Buffer.from(cursor, "base64url")
    .toString()
    .replace(/^tasks /, "");
  expect(Buffer.from(inner, "base64url").toString("latin1")).not.toMatch(/t_[\w-]{21}/);
  expect((await ask("GET", `tasks?group=orders.us&cursor=${cursor}`)).json).toMatchObject({ tasks: [{ id: first }] });
  const again = await logIn(api, { name: "narrow", password });
  expect((await ask("GET", `tasks?group=orders.us&cursor=${cursor}`, again)).status).toBe(400);
  const open = String((await ask("GET", "tasks?group=orders.us&limit=1", wide)).json["cursor"]);
  expect((await ask("GET", `tasks?group=orders.us&cursor=${open}`)).status).toBe(400);
  // Of a hidden group there is not even that.
  expect((await ask("GET", "tasks?group=mail&limit=1")).json).toMatchObject({ tasks: [], cursor: null, examined: 0 });
});

test("however many other groups are in trouble, who sees some has theirs, and no kind of need pushes out another", async () => {
  const others = Array.from({ length: 63 }, (_, at) => `z${at}`);
  const tasks = others.flatMap((group) => Array.from({ length: 4 }, () => ({ handler: "test", group })));
  await api.post("/v1/tasks/batch", { tasks });
  for (const group of others) await api.post(`/v1/groups/${group}/pause`, { reason: "a test" });
  await enqueue("orders.ca");
  await api.post("/v1/groups/orders.ca/pause", { reason: "a test" });
  const untilReadAnew = { timeoutMs: 12_000 };
  // What is read for them is kept for five seconds.
  await eventually(async () => {
    expect((await ask("GET", "overview")).json).toMatchObject({
      needs: expect.arrayContaining([expect.objectContaining({ code: "group_paused", group: "orders.ca" })]),
      groups: expect.arrayContaining([expect.objectContaining({ id: "orders.ca", waiting: 1, limit: 1 })]),
    });
    expect((await ask("GET", "groups?sort=waiting")).json).toMatchObject({
      groups: expect.arrayContaining([expect.objectContaining({ id: "orders.ca" })]),
    });
  }, untilReadAnew);
  const { needs, moreNeeds, needTotals } = (await ask("GET", "overview", wide)).json as unknown as OverviewAnswer;
  const [more] = moreNeeds;
  expect(more).toMatchObject({ code: "group_paused", severity: "warning", isAtLeast: false });
  const metrics = (await api.get("/metrics")).text;
  const paused = /switchyard_needs\{code="group_paused",severity="warning"\} (\d+)/.exec(metrics)?.[1];
  expect(Number(paused)).toBe(50 + Number(more?.count));
  expect(Number(paused)).toBeGreaterThan(63);
  expect(needs.some(({ code }) => code === "no_worker")).toBe(true);
  expect(needTotals.urgent).toBeGreaterThan(Number(paused));
});

import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { opsRoutes } from "../access/ops-routes.ts";
import { hashPassword } from "../access/password-hash.ts";
import { narrowRoutes } from "./narrow-routes.ts";

const password = "a-password-of-one's-own";
let redis: TestRedis;
let api: TestApi;
let narrow: string;
let wide: string;
let own: string;
let hidden: string;

beforeAll(async () => {
  redis = await startTestRedis();
  const password_hash = await hashPassword(password);
  const users = [
    { name: "wide", role: "admin", password_hash },
    { name: "narrow", role: "admin", groups: ["orders.*"], password_hash },
  ];
  api = await startTestApi(redis.url, { ops: { users } });
  [wide, narrow] = [await logIn("wide"), await logIn("narrow")];
  own = await enqueue("orders.eu");
  hidden = await enqueue("mail");
  await enqueue("mail");
  for (const group of ["orders.eu", "mail"]) await api.post(`/v1/groups/${group}/pause`, { reason: "a test" });
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

async function logIn(name: string): Promise<string> {
  const headers = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
  const body = new URLSearchParams({ name, password }).toString();
  const answer = await api.request("POST", "/ops/login", { headers, body });
  return answer.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
}

async function enqueue(group: string): Promise<string> {
  const { text } = await api.post("/v1/tasks", { handler: "test", group });
  return (JSON.parse(text) as { readonly id: string }).id;
}

function ask(method: string, path: string, cookie = narrow) {
  const headers = {
    cookie,
    "sec-fetch-site": "same-origin",
    "x-sy-console": "1",
    "x-sy-reason": "for-the-test-of-sight",
  };
  return api.request(method, `/ops/api/${path}`, { headers });
}

const closed = Object.entries(opsRoutes).filter(([route, { right }]) => right !== "anyone" && !(route in narrowRoutes));

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
  expect((await ask("GET", "overview", wide)).json).toMatchObject({ isNarrow: false, tasks: { queued: 3 } });
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
  expect((await api.get("/v1/groups/mail")).json).toMatchObject({ status: "paused", waiting: 2 });
  expect((await ask("POST", "groups/orders.eu/resume")).status).toBe(200);
  expect((await ask("GET", `tasks/${own}`)).status).toBe(200);
});

test("an admin who sees some groups only sees no other's login", async () => {
  const page = async (cookie: string) => (await api.request("GET", "/ops/sessions", { headers: { cookie } })).text;
  expect(await page(narrow)).not.toContain(">wide ");
  expect(await page(wide)).toContain(">narrow ");
});

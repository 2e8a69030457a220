import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callOps, logIn } from "../../testing/ops-login.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { startTestWorker } from "../../testing/test-worker.ts";
import { opsRoutes } from "./ops-routes.ts";
import { hashPassword } from "./password-hash.ts";

const password = "a-password-of-one's-own";
const roles = ["viewer", "operator", "admin"] as const;
type Role = (typeof roles)[number];
/** What a task carries, an inbox holds and a setting hides; `no disk` is what the handler of a test says. */
const canary = "a-canary";
const contents = /a-canary\b|no disk/;

let redis: TestRedis;
let api: TestApi;
let cookies: Readonly<Record<Role, string>>;
/** Of things that have contents, by the word before `:id` in a path. */
let ids: Readonly<Record<string, string>>;

/** Something of everything that the console shows has the canary in it. */
beforeAll(async () => {
  redis = await startTestRedis();
  const password_hash = await hashPassword(password);
  const users = roles.map((role) => ({ name: role, role, password_hash }));
  const receiver = { name: "chat", kind: "chat", url: `http://127.0.0.1:9/${canary}` };
  api = await startTestApi(redis.url, { ops: { users, alerts: [receiver] } });
  const found = await Promise.all(
    roles.map(async (role) => [role, await logIn(api, { name: role, password })] as const),
  );
  cookies = Object.fromEntries(found) as Record<Role, string>;
  const data = { data: "fail", canary };
  const worker = await startTestWorker(redis.url);
  try {
    const { id } = (await api.post("/v1/tasks", { handler: "test", group: "canaries", attempts: 1, data })).json;
    await api.get(`/v1/tasks/${id}?wait=10`);
    ids = { tasks: id, groups: "canaries", schedules: "canary", bulk: await retryByReason(), user: "ann" };
  } finally {
    await worker.close();
  }
  const cron = "0 9 * * *";
  for (const [id, what] of Object.entries({
    canary: { task: { handler: "test", data } },
    "canary-too": { publish: { channel: "chat:lobby", data } },
    "canary-three": { notify: { to: { users: ["ann"] }, item: { title: canary } } },
  }))
    await api.request("PUT", `/v1/schedules/${id}`, { body: { cron, ...what } });
  await api.post("/v1/inbox", { to: { users: ["ann"] }, item: { title: canary } });
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

/** Its filter repeats what a handler has said. */
async function retryByReason(): Promise<string> {
  const body = { act: "retry", filter: { reason: "no disk", group: "none" } };
  return (await callOps(api, "POST", "bulk-acts/few", { cookie: cookies.admin, body })).json.id;
}

test.each(["GET", "POST"])(
  "what a viewer may not read they cannot ask for by its beginning either (%s)",
  async (method) => {
    const asked = (role: Role, reason: string) =>
      method === "GET"
        ? callOps(api, method, `tasks?reason=${reason}`, { cookie: cookies[role] })
        : callOps(api, method, "bulk-acts/count", {
            cookie: cookies[role],
            body: { act: "retry", filter: { reason } },
          });
    const answers = await Promise.all(["n", "z"].map((reason) => asked("viewer", reason)));
    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect((await asked("operator", "n")).status).toBe(200);
  },
);

const reading = Object.entries(opsRoutes).filter(([route]) => route.startsWith("GET /ops/api/"));

const read = async (role: Role, path: string) =>
  (await api.request("GET", path, { headers: { cookie: cookies[role] } })).text;

test("what tasks carry, what handlers have said and what users are sent is in nothing that a viewer reads", async () => {
  const readable = reading.filter(([, { right }]) => right === "viewer");
  expect(readable.length).toBeGreaterThan(15);
  const shownToOperators: string[] = [];
  for (const [route] of readable) {
    const path = route.replace("GET ", "").replaceAll(/([\w-]+)\/:(\w+)/g, (_, place: string, name: string) => {
      return `${place}/${ids[name] ?? ids[place] ?? "x"}`;
    });
    if (contents.test(await read("operator", path))) shownToOperators.push(route);
    const said = contents.exec(await read("viewer", path))?.[0];
    expect({ path, said }).toEqual({ path, said: undefined });
  }
  // So that the search for it is known to find something.
  expect(shownToOperators.toSorted((one, other) => (one < other ? -1 : 1))).toEqual([
    "GET /ops/api/bulk-acts",
    "GET /ops/api/bulk-acts/:bulk",
    "GET /ops/api/groups/:id/dead",
    "GET /ops/api/groups/:id/dead/reasons",
    "GET /ops/api/overview",
    "GET /ops/api/schedules",
    "GET /ops/api/schedules/:id",
    "GET /ops/api/tasks",
  ]);
});

test("secrets of settings and of receivers are in nothing that anybody reads, and the audit repeats no contents", async () => {
  await callOps(api, "POST", "alerts/test", { cookie: cookies.admin, body: { receiver: "chat" } });
  for (const path of ["/ops/api/settings", "/ops/api/alerts", "/ops/api/audit?book=all", "/ops/audit/export?book=all"])
    expect({ path, said: (await read("admin", path)).includes(canary) }).toEqual({ path, said: false });
});

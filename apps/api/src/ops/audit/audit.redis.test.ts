import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import type { AuditLineAnswer, AuditPageAnswer } from "@switchyard/console/audit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { logIn, postForm } from "../../testing/ops-login.ts";
import { apiKey, opsPassword, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { hashPassword } from "../access/password-hash.ts";
import type { WrittenEntry } from "./audit-entry.ts";

const password = "a-password-of-one's-own";

let redis: TestRedis;
let api: TestApi;
let admin: string;
let viewer: string;

beforeAll(async () => {
  redis = await startTestRedis();
  const password_hash = await hashPassword(password);
  const users = [
    { name: "ada", role: "admin", password_hash },
    { name: "vera", role: "viewer", password_hash },
  ];
  const audit_secret = "a-secret-of-thirty-two-characters";
  const http_api = { key: apiKey, keys: [{ name: "shop", key: "a-key-of-the-shop-alone", scopes: ["publish"] }] };
  api = await startTestApi(redis.url, { http_api, ops: { password: opsPassword, users, audit_secret } });
});
afterAll(async () => {
  await api.close();
  await redis.close();
});
beforeEach(async () => {
  for (const book of ["people", "keys", "refusals"]) await redis.command("DEL", `sy:hub:audit:${book}`);
  admin = await login("ada");
  viewer = await login("vera");
});

const post = (path: string, cookie: string, fields: Record<string, string> = {}) =>
  postForm(api, path, { cookie, fields });
const login = (name: string, given = password) => logIn(api, { name, password: given });
const page = async (query = "") => {
  const { text } = await api.request("GET", `/ops/api/audit${query}`, { headers: { cookie: admin } });
  return JSON.parse(text) as AuditPageAnswer;
};

interface Told {
  readonly id: string;
  readonly verdict: string;
  readonly entry: Partial<WrittenEntry>;
}

/** The whole book, and that somebody has taken it. */
async function told(book = "people"): Promise<Told[]> {
  const { text } = await api.request("GET", `/ops/audit/export?book=${book}`, { headers: { cookie: admin } });
  return text.trim() === ""
    ? []
    : text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Told);
}

const about = (lines: readonly Told[], action: string) =>
  lines.map(({ entry }) => entry).filter((entry) => String(entry.action).includes(action));

async function putSchedule(id: string): Promise<void> {
  const schedule = { cron: "0 9 * * *", publish: { user: "ann", data: {} } };
  const { status } = await api.request("PUT", `/v1/schedules/${id}`, { body: schedule });
  expect(status).toBeLessThan(300);
}

test("an act is told once before and once after it, with who, what, to what, and what came of it", async () => {
  await putSchedule("s");
  const { status } = await post("/ops/schedules/s/pause", admin, { note: "key 0123456789abcdef0123456789abcdef" });
  const acts = about(await told(), "/pause");
  expect(acts).toMatchObject([
    { kind: "intent", actor: "ada", via: "page", address: "127.0.0.1", action: "POST /ops/schedules/:id/pause" },
    { kind: "outcome", actor: "ada", status },
  ]);
  expect(acts[0]).toMatchObject({ target: { id: "s" }, reason: "key [redacted]", before: { state: "active" } });
  expect(acts[1]).toMatchObject({ act: acts[0]?.act, target: { id: "s" }, after: { state: "paused" } });
  expect(JSON.stringify(acts)).not.toContain("0123456789abcdef");
});

test("what the hub hands out and its own secrets are left out of reasons and names", async () => {
  const drawn = "q0NQi7G2M0oFkPrnODyxdKvCBjRf5MhF-oQmgTyzM65";
  await putSchedule("s");
  await post("/ops/schedules/s/pause", admin, { note: `${apiKey}, ${drawn}, Bearer ${drawn}` });
  await post(`/ops/connections/one?client=x-${apiKey}.${drawn}`, admin);
  const acts = await told();
  expect(about(acts, "/pause")[0]).toMatchObject({ reason: "[redacted], [redacted], Bearer [redacted]" });
  expect(about(acts, "/one")[0]).toMatchObject({ target: { client: "x-[redacted].[redacted]" } });
  expect(JSON.stringify(acts)).not.toContain(apiKey);
});

test("acts on the board of queues are told, without what tasks carry", async () => {
  const headers = { cookie: admin, "sec-fetch-site": "same-origin" };
  const body = { name: "test", data: { canary: "canary" } };
  await api.request("POST", "/ops/queues/api/queues/tasks/add", { headers, body });
  const acts = about(await told(), "/add");
  expect(acts).toMatchObject([{ kind: "intent", target: { queueName: "tasks" } }, { kind: "outcome" }]);
  expect(JSON.stringify(acts)).not.toContain("canary");
});

test("an act whose intent cannot be written does not happen, and nobody logs in untold", async () => {
  await putSchedule("kept");
  await redis.command("RENAME", "sy:hub:audit:people", "kept-aside");
  await redis.command("SET", "sy:hub:audit:people", "no stream");
  const refused = await post("/ops/schedules/kept/pause", admin);
  expect(refused.status).toBe(500);
  expect(refused.text).toContain("written into the audit first, without which it is not done");
  expect((await api.get("/v1/schedules/kept")).json["state"]).toBe("active");
  expect(await login("ada")).toBe("");
  await redis.command("RENAME", "kept-aside", "sy:hub:audit:people");
  await post("/ops/schedules/kept/pause", admin);
  expect((await api.get("/v1/schedules/kept")).json["state"]).toBe("paused");
  expect((await told()).map(({ verdict }) => verdict)).not.toContain("changed");
});

test("logins and logouts are told; wrong passwords and missing rights are in a book of their own", async () => {
  await post("/ops/logout", viewer);
  const again = await login("vera");
  expect(await login("ada", "wrong")).toBe("");
  expect(await login("my-password-typed-here", "wrong")).toBe("");
  await post("/ops/schedules/s/pause", again);
  const people = (await told()).map(({ entry }) => `${entry.actor} ${entry.kind}`);
  expect(people.filter((line) => !line.includes("tcome"))).toEqual([
    "ada login",
    "vera login",
    "vera logout",
    "vera login",
    "ada intent",
  ]);
  const refusals = (await told("refusals")).map(({ entry }) => `${entry.actor}: ${entry.why}`);
  expect(refusals).toEqual(["ada: wrong password", "unknown: wrong password", "vera: has viewer, needs operator"]);
});

test("acts with API keys are told in a book of their own, one by one in a batch; publications are not", async () => {
  await putSchedule("k");
  await api.post("/v1/schedules/k/pause", { note: "x" });
  const block = { block_user: { user: "mallory" } };
  await api.post("/api/batch", { commands: [{ publish: { channel: "live:x", data: 1 } }, block] });
  await api.post("/api/publish", { channel: "live:x", data: 1 });
  await api.post("/api/disconnect", { user: "mallory" });
  const lines = (await told("keys")).map(({ entry: { kind, via, actor, action, target } }) =>
    [kind, via, actor, action, JSON.stringify(target)].join(" "),
  );
  const both = (rest: string) => [`intent key http_api.key ${rest}`, `outcome key http_api.key ${rest}`];
  expect(lines).toEqual([
    ...both('PUT /v1/schedules/:id {"id":"k"}'),
    ...both('POST /v1/schedules/:id/pause {"id":"k"}'),
    ...both('block_user {"user":"mallory"}'),
    ...both('disconnect {"user":"mallory"}'),
  ]);
});

test("an act with a key is told as one of a person: with what stood before and after, and why", async () => {
  await putSchedule("told");
  await api.post("/v1/schedules/told/pause", { note: `so ${apiKey} says` });
  await api.post("/v1/groups/g/pause", { reason: "no paper" });
  await api.request("PUT", "/v1/groups/g", { body: { concurrency: 3 } });
  await api.request("DELETE", "/v1/schedules/told");
  const entries = (await told("keys")).map(({ entry: { at: _at, ...entry } }) => entry);
  expect(entries).toMatchObject([
    { kind: "intent", action: "PUT /v1/schedules/:id" },
    { kind: "outcome", after: { state: "active" } },
    { before: { state: "active" }, reason: "so [redacted] says" },
    { after: { state: "paused", note: "so [redacted] says" }, reason: "so [redacted] says", status: 200 },
    { before: { paused: false }, reason: "no paper" },
    { after: { paused: true, reason: "no paper" } },
    { details: { concurrency: 3 }, before: { settings: { concurrency: 1 } } },
    { after: { settings: { concurrency: 3 } } },
    { before: { state: "paused" } },
    { kind: "outcome", status: 200 },
  ]);
  expect(entries.at(-1)).not.toHaveProperty("after");
  const kept = JSON.stringify(await redis.command("XRANGE", "sy:hub:audit:keys", "-", "+"));
  expect(kept).not.toContain(apiKey);
});

test("a key that lacks a scope is told among the refusals, and an act untold is not done", async () => {
  const headers = { "x-api-key": "a-key-of-the-shop-alone" };
  expect((await api.request("PUT", "/v1/groups/g", { headers, body: { concurrency: 2 } })).status).toBe(403);
  await eventually(async () =>
    expect((await told("refusals")).map(({ entry }) => `${entry.actor}: ${entry.why}`)).toEqual([
      "shop: lacks the scope groups",
    ]),
  );
  await redis.command("SET", "sy:hub:audit:keys", "no stream");
  expect((await api.request("PUT", "/v1/users/x/block", { body: {} })).status).toBe(500);
  await redis.command("DEL", "sy:hub:audit:keys");
});

test("an intent whose api was killed before the outcome is marked, and the others are not", async () => {
  await post("/ops/schedules/a/resume", admin);
  await post("/ops/schedules/b/resume", admin);
  const outcome = (await told()).find(({ entry }) => entry.kind === "outcome" && entry.action?.endsWith("/resume"));
  await redis.command("XDEL", "sy:hub:audit:people", outcome?.id ?? "");
  const isOpen = ({ isOpen: open }: AuditLineAnswer) => open;
  expect((await page()).lines.filter(isOpen)).toMatchObject([{ entry: { kind: "intent", target: { id: "a" } } }]);
  expect((await page("?outcome=open")).lines).toMatchObject([{ isOpen: true, entry: { target: { id: "a" } } }]);
  expect((await told("people&outcome=open")).map(({ entry }) => entry.target)).toContainEqual({ id: "a" });
});

test.each([
  "null",
  "5",
  '"x"',
  "[]",
  "{",
  '{"kind":"x"}',
  '{"at":5,"kind":"login"}',
  '{"at":"9999-99-99T99:99:99.999Z"}',
])("an entry that the hub has not written, %s, is shown as changed beside the others", async (text) => {
  await redis.command("XADD", "sy:hub:audit:people", "*", "text", text, "mac", "x");
  const { lines } = await page();
  expect(lines[0]).toMatchObject({ verdict: "changed", isOpen: false, entry: null });
  expect(lines.map(({ entry }) => entry?.action)).toContain("POST /ops/login");
});

import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { opsPassword, startTestApi, type TestApi } from "../../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;
let cookie: string;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
});
afterAll(async () => {
  await api.close();
  await redis.close();
});
beforeEach(async () => {
  const body = new URLSearchParams({ password: opsPassword }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
  const answer = await api.request("POST", "/ops/login", { headers, body });
  cookie = answer.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
});

interface Said {
  readonly expect?: object;
  readonly reason?: string;
  readonly body?: object;
}

function act(method: string, path: string, { expect: seen, reason, body }: Said = {}) {
  const headers = {
    cookie,
    "sec-fetch-site": "same-origin",
    "x-sy-console": "1",
    ...(seen !== undefined && { "x-sy-expect": encodeURIComponent(JSON.stringify(seen)) }),
    ...(reason !== undefined && { "x-sy-reason": encodeURIComponent(reason) }),
  };
  return api.request(method, `/ops/api/${path}`, { headers, ...(body !== undefined && { body }) });
}

/** The newest first, as the console has them. */
async function told(action: string) {
  const { text } = await api.request("GET", "/ops/api/audit", { headers: { cookie } });
  const { lines } = JSON.parse(text) as { readonly lines: readonly { readonly entry: Record<string, unknown> }[] };
  return lines.map(({ entry }) => entry).filter((entry) => String(entry["action"]).endsWith(action));
}

test("an act on what has moved since it was seen is not done, and the answer says what stands", async () => {
  await act("POST", "groups/mail/pause", { body: { reason: "smtp is down" } });
  const late = await act("POST", "groups/mail/pause", { body: { reason: "mine" }, expect: { paused: false } });
  expect([late.status, late.json]).toMatchObject([
    409,
    { error: { code: "state_moved" }, now: { paused: true, reason: "smtp is down", waiting: 0 } },
  ]);
  expect((await api.get("/v1/groups/mail")).json).toMatchObject({ reason: "smtp is down" });
  expect(await told("/pause")).toHaveLength(2);

  const { settings } = (await api.get("/v1/groups/mail")).json as { settings: object };
  expect((await act("PUT", "groups/mail", { body: { concurrency: 4 }, expect: { settings } })).status).toBe(200);
  const over = await act("PUT", "groups/mail", { body: { concurrency: 9 }, expect: { settings } });
  expect([over.status, over.json]).toMatchObject([409, { now: { settings: { concurrency: 4 } } }]);
  expect((await act("POST", "groups/mail/resume", { expect: { paused: true } })).status).toBe(200);
});

test.each([
  ["not JSON", { "x-sy-expect": "{" }],
  ["not an object", { "x-sy-expect": "[1]" }],
  ["of a field that a group has not", { "x-sy-expect": '{"pased":true}' }],
  ["not percent-encoded", { "x-sy-reason": "%" }],
  ["too long", { "x-sy-reason": "x".repeat(501) }],
])("a condition or a reason that is %s is refused, and nothing is done", async (_, given) => {
  const headers = { cookie, "sec-fetch-site": "same-origin", "x-sy-console": "1", ...given };
  const answer = await api.request("POST", "/ops/api/groups/odd/pause", { headers, body: {} });
  expect([answer.status, answer.json]).toMatchObject([400, { error: { code: "invalid_request" } }]);
  expect((await api.get("/v1/groups/odd")).json).toMatchObject({ status: "idle" });
});

test("what cannot be undone for many needs a reason of ten characters, and the audit has it with before and after", async () => {
  await act("POST", "groups/bulk/pause", { body: {} });
  for (let count = 0; count < 2; count += 1) await api.post("/v1/tasks", { handler: "test", group: "bulk" });
  for (const reason of [undefined, "too short", "          x"]) {
    const answer = await act("POST", "groups/bulk/drain", reason === undefined ? {} : { reason });
    expect([answer.status, answer.json]).toMatchObject([400, { error: { field: "reason" } }]);
  }
  const done = await act("POST", "groups/bulk/drain", {
    reason: "打错了收件人，全部重来 0123456789abcdef0123456789abcdef",
  });
  expect(done.json).toEqual({ cancelled: 2 });
  const [outcome, intent, ...others] = await told("/drain");
  expect(others).toEqual([]);
  expect(intent).toMatchObject({ reason: "打错了收件人，全部重来 [redacted]", before: { paused: true, waiting: 2 } });
  expect(outcome).toMatchObject({ status: 200, after: { paused: true, waiting: 0 } });
  // A cancellation says why in its body, which is the same.
  const all = await act("POST", "groups/bulk/cancel", { body: { reason: "they were all wrong" } });
  expect(all.status).toBe(200);
  expect((await told("/cancel"))[1]).toMatchObject({ reason: "they were all wrong" });
});

async function forgetProof(): Promise<void> {
  const keys = (await redis.command("KEYS", "sy:hub:{logins}:login:*")) as string[];
  for (const key of keys) await redis.command("HSET", key, "proved", String(Date.now() - 301_000));
}

test("what cannot be undone for many needs a proof of the last five minutes, and a password gives it", async () => {
  const drain = () => act("POST", "groups/proof/drain", { reason: "for the test of proofs" });
  expect((await drain()).status).toBe(200);
  await forgetProof();
  expect([(await drain()).status, (await drain()).json]).toMatchObject([403, { error: { code: "proof_needed" } }]);
  // What can be undone, or is one thing, needs none.
  expect((await act("POST", "groups/proof/pause", { body: {} })).status).toBe(200);
  const board = { headers: { cookie, "sec-fetch-site": "same-origin" } };
  expect((await api.request("PUT", "/ops/queues/api/queues/tasks/promote", board)).status).toBe(403);

  const wrong = await act("POST", "proof", { body: { password: "a wrong one" } });
  expect([wrong.status, wrong.json]).toMatchObject([403, { error: { code: "proof_needed", field: "password" } }]);
  expect((await drain()).status).toBe(403);
  expect((await act("POST", "proof", { body: { password: opsPassword } })).status).toBe(200);
  expect((await drain()).status).toBe(200);
  expect(JSON.stringify(await told("/proof"))).not.toContain(opsPassword);
});

test("a form proves who asks as well, for the board of queues", async () => {
  await forgetProof();
  const page = await api.request("GET", "/ops/proof", { headers: { cookie } });
  expect(page.text).toContain("<bdi>Password of break-glass</bdi>");
  const headers = { cookie, "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
  const post = (password: string) =>
    api.request("POST", "/ops/proof", { headers, body: new URLSearchParams({ password }).toString() });
  expect((await post("a wrong one")).status).toBe(403);
  expect((await post(opsPassword)).status).toBe(200);
  const board = { headers: { cookie, "sec-fetch-site": "same-origin" } };
  expect((await api.request("PUT", "/ops/queues/api/queues/tasks/promote", board)).status).toBe(200);
});

test("behind HTTPS the cookie is of this host alone, and one of another name opens nothing", async () => {
  const secure = { "x-forwarded-proto": "https" };
  const body = new URLSearchParams({ password: opsPassword }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin", ...secure };
  const set = (await api.request("POST", "/ops/login", { headers, body })).headers.get("set-cookie") ?? "";
  expect(set).toMatch(/^__Host-sy_ops=\S+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  const [own = ""] = set.split(";", 1);
  const statusOf = async (given: string) =>
    (await api.request("GET", "/ops/api/groups", { headers: { cookie: given, ...secure } })).status;
  expect(await statusOf(own)).toBe(200);
  expect(await statusOf(own.replace("__Host-", ""))).toBe(401);
  const out = await api.request("POST", "/ops/logout", { headers: { ...headers, cookie: own }, body: "" });
  expect(out.headers.get("set-cookie")).toMatch(/^__Host-sy_ops=; .*Path=\//);
  expect(await statusOf(own)).toBe(401);
});

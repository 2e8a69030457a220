import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { SignJWT } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { opsPassword, startTestApi, type TestApi, tokenSecret } from "../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url, { client: { trusted_proxies: ["127.0.0.1"] } });
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

const sameOrigin = { "sec-fetch-site": "same-origin" };
const form = { "content-type": "application/x-www-form-urlencoded", ...sameOrigin };

function login(password: string, headers: Record<string, string> = {}, target = api) {
  const body = new URLSearchParams({ password }).toString();
  return target.request("POST", "/ops/login", { headers: { ...form, ...headers }, body });
}

async function loggedIn(): Promise<Record<string, string>> {
  const answer = await login(opsPassword, { "x-forwarded-for": "203.0.113.50" });
  return { cookie: answer.headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
}

test("the password opens the dashboard, with a cookie scripts and other sites cannot use", async () => {
  const answer = await login(opsPassword);
  expect(answer.status).toBe(303);
  expect(answer.headers.get("location")).toBe("/ops/console");
  const cookie = answer.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^sy_ops=.+; Max-Age=43200; Path=\/ops; HttpOnly; SameSite=Lax$/);
  const page = await api.request("GET", "/ops/queues", { headers: { cookie } });
  expect(page.status).toBe(200);
  expect(page.text).toContain("Switchyard queues");
  expect(page.text).not.toContain("fonts.googleapis.com");
});

test("a session ends with its logout, for every copy of the cookie and at every api process", async () => {
  const [session, other] = [await loggedIn(), await loggedIn()];
  const second = await startTestApi(redis.url);
  try {
    expect((await second.request("GET", "/ops/queues", { headers: session })).status).toBe(200);
    const logout = await api.request("POST", "/ops/logout", { headers: { ...session, ...form }, body: "" });
    expect(logout.status).toBe(303);
    for (const target of [api, second]) {
      expect((await target.request("GET", "/ops/queues/api/queues", { headers: session })).status).toBe(401);
      expect((await target.request("GET", "/ops/queues", { headers: other })).status).toBe(200);
    }
  } finally {
    await second.close();
  }
});

test("a session ends after half an hour without use and after twelve hours in any case", async () => {
  for (const key of await sessionKeys()) await redis.command("DEL", key);
  const session = await loggedIn();
  const [key = "", ...others] = await sessionKeys();
  expect(others).toEqual([]);
  const isOpen = async () => (await api.request("GET", "/ops/queues/api/queues", { headers: session })).status === 200;
  const lifeMs = async () => Number(await redis.command("PTTL", key));
  const halfHourMs = 1_800_000;
  expect(await lifeMs()).toBeGreaterThan(halfHourMs - 60_000);
  expect(await lifeMs()).toBeLessThanOrEqual(halfHourMs);
  // Each use puts the end off.
  await redis.command("PEXPIRE", key, "60000");
  expect(await isOpen()).toBe(true);
  expect(await lifeMs()).toBeGreaterThan(halfHourMs - 60_000);
  // But not beyond the last: here it is in a minute.
  const began = Number(await redis.command("HGET", key, "began"));
  expect(Number(await redis.command("HGET", key, "ends")) - began).toBe(12 * 3_600_000);
  await redis.command("HSET", key, "ends", String(Date.now() + 60_000));
  expect(await isOpen()).toBe(true);
  expect(await lifeMs()).toBeLessThanOrEqual(60_000);
  await redis.command("PEXPIREAT", key, "1");
  expect(await isOpen()).toBe(false);
});

test("another password ends all sessions, and nothing in Redis opens the dashboards", async () => {
  const session = await loggedIn();
  const changed = await startTestApi(redis.url, { ops: { password: `${opsPassword}-2` } });
  try {
    expect((await changed.request("GET", "/ops/queues/api/queues", { headers: session })).status).toBe(401);
    for (const key of await sessionKeys()) {
      const found = [key, key.split(":").at(-1), String(await redis.command("HGET", key, "note"))];
      expect(session["cookie"]).not.toMatch(found.map((text) => RegExp.escape(text ?? "")).join("|"));
      for (const text of found) {
        const answer = await api.request("GET", "/ops/queues/api/queues", { headers: { cookie: `sy_ops=${text}` } });
        expect(answer.status).toBe(401);
      }
    }
  } finally {
    await changed.close();
  }
});

const sessionKeys = async () => (await redis.command("KEYS", "sy:hub:{logins}:login:*")) as string[];

test("an address in a header counts only from a trusted proxy", async () => {
  const direct = await startTestApi(redis.url);
  try {
    const guess = (from: string) => login("wrong", { "x-forwarded-for": from }, direct);
    for (let tries = 0; tries < 5; tries += 1) expect((await guess(`203.0.113.${tries}`)).status).toBe(401);
    expect((await guess("203.0.113.99")).status).toBe(429);
  } finally {
    await direct.close();
  }
});

test("guesses of a whole IPv6 network, made at once, are five, and operators elsewhere still come in", async () => {
  const guesses = Array.from({ length: 200 }, (_, host) =>
    login("wrong", { "x-forwarded-for": `2001:db8:1:2::${host.toString(16)}` }),
  );
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(5);
  expect((await login(opsPassword, { "x-forwarded-for": "203.0.113.60" })).status).toBe(303);
});

test("a login form with tens of thousands of fields is refused as quickly as one with ten", async () => {
  const fields = (count: number) => Array.from({ length: count }, (_, index) => `f${index}=`).join("&");
  const post = (count: number) =>
    api.request("POST", "/ops/login", { headers: { ...form, "x-forwarded-for": "203.0.113.61" }, body: fields(count) });
  const [few, many] = [await post(10), await post(95_000)];
  expect(many.status).toBe(400);
  // Its parser and its checker stop after the first few, so the two answers are the same.
  expect(many.text).toBe(few.text);
});

test("behind HTTPS the cookie is Secure", async () => {
  const answer = await login(opsPassword, { "x-forwarded-proto": "https" });
  expect(answer.headers.get("set-cookie")).toContain("; Secure");
});

test("tasks are on the dashboard once logged in", async () => {
  await api.post("/v1/tasks", { handler: "test" });
  const { json } = await api.request("GET", "/ops/queues/api/queues", { headers: await loggedIn() });
  expect(json.queues[0]).toMatchObject({ allowRetries: true, allowCompletedRetries: false });
  expect(json.queues).toHaveLength(1);
});

const toLogin = { status: 302, location: "/ops/login?next=" };
const refused = { status: 401, location: null };

test.each([
  ["GET", "/ops/queues", toLogin],
  ["GET", "/ops/queues/queue/tasks", toLogin],
  ["GET", "/ops/queues/static/js/main.js", toLogin],
  ["GET", "/ops/queues/api/queues", refused],
  ["GET", "/ops/queues/api/redis/stats", refused],
  ["PUT", "/ops/queues/api/queues/pause", refused],
  ["PUT", "/ops/queues/api/queues/tasks/obliterate", refused],
  ["POST", "/ops/queues/api/queues/tasks/add", refused],
  ["PATCH", "/ops/queues/api/queues/tasks/1/update-data", refused],
])(
  "%s %s is closed without a session, and with one that is forged or of another kind",
  async (method, path, answer) => {
    const clientToken = await new SignJWT({ sub: "ann" })
      .setProtectedHeader({ alg: "HS256" })
      .setAudience("switchyard-ops")
      .setExpirationTime("1h")
      .sign(new TextEncoder().encode(tokenSecret));
    for (const cookie of ["", "sy_ops=x", `sy_ops=${clientToken}`]) {
      const { status, headers } = await api.request(method, path, { headers: { cookie, ...sameOrigin } });
      // Back to where somebody wanted to go.
      const next = answer.location === null ? "" : encodeURIComponent(path);
      expect({ status, location: headers.get("location") }).toEqual({
        ...answer,
        location: answer.location && answer.location + next,
      });
    }
  },
);

test.each([
  { "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "same-site", origin: "http://127.0.0.1:1" },
  { origin: "https://evil.example" },
  { origin: "null" },
  {},
])("a change asked for by %j is refused, session or not", async (headers) => {
  const session = await loggedIn();
  const pause = await api.request("PUT", "/ops/queues/api/queues/pause", { headers: { ...session, ...headers } });
  expect(pause.status).toBe(403);
  const { "sec-fetch-site": _, ...plainForm } = form;
  const body = "password=x";
  const answer = await api.request("POST", "/ops/login", { headers: { ...plainForm, ...headers }, body });
  expect(answer.status).toBe(403);
});

test("a change asked for by our own page is made, told by either header", async () => {
  const session = await loggedIn();
  for (const proof of [sameOrigin, { origin: api.url }]) {
    for (const action of ["pause", "resume"]) {
      const answer = await api.request("PUT", `/ops/queues/api/queues/${action}`, {
        headers: { ...session, ...proof },
      });
      expect(answer.status).toBe(200);
    }
  }
});

test("after five wrong passwords from an address even the right one waits", async () => {
  const from = { "x-forwarded-for": "203.0.113.9" };
  for (let tries = 0; tries < 5; tries += 1) expect((await login("wrong", from)).status).toBe(401);
  const answer = await login(opsPassword, from);
  expect(answer.status).toBe(429);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(answer.headers.get("set-cookie")).toBeNull();
});

test("a right password in between buys no more wrong ones", async () => {
  const from = { "x-forwarded-for": "203.0.113.10" };
  for (let tries = 0; tries < 4; tries += 1) expect((await login("wrong", from)).status).toBe(401);
  expect((await login(opsPassword, from)).status).toBe(303);
  expect((await login("wrong", from)).status).toBe(401);
  expect((await login("wrong", from)).status).toBe(429);
});

test("logging out takes the cookie away as well", async () => {
  const answer = await api.request("POST", "/ops/logout", { headers: { ...(await loggedIn()), ...form }, body: "" });
  expect(answer.status).toBe(303);
  expect(answer.headers.get("set-cookie")).toMatch(/^sy_ops=;.*Path=\/ops/);
});

test("without a password everything under /ops is closed, and says how to open it", async () => {
  const closed = await startTestApi(redis.url, { ops: {} });
  try {
    for (const path of ["/ops", "/ops/login", "/ops/queues", "/ops/queues/api/queues"]) {
      const answer = await closed.get(path);
      expect(answer.status).toBe(403);
      expect(answer.text).toContain("SWITCHYARD_OPS_PASSWORD");
    }
    expect((await login("", {}, closed)).status).toBe(415);
  } finally {
    await closed.close();
  }
});

test.each([
  ["/ops/connections?user=ann%20b&cursor=x", true],
  ["/ops/queues/queue/tasks", true],
  ["/ops/schedules", true],
  ["https://evil.example/", false],
  ["//evil.example/ops/queues", false],
  ["/ops/../../evil", false],
  ["/ops//evil.example", false],
  ["/ops/logout", false],
  ["/ops/login?next=/ops/login", false],
  ["/ops/x\r\nset-cookie: a=b", false],
  ['/ops/x"><script>', false],
])("after a login for %j one is there: %j, and nowhere else", async (next, isThere) => {
  const page = await api.get(`/ops/login?next=${encodeURIComponent(next)}`);
  const [, field = ""] = /name="next" value="([^"]*)"/.exec(page.text) ?? [];
  expect(field.replaceAll("&amp;", "&")).toBe(isThere ? next : "/ops/console");
  const body = new URLSearchParams({ password: opsPassword, next }).toString();
  const answer = await api.request("POST", "/ops/login", { headers: form, body });
  expect([answer.status, answer.headers.get("location")]).toEqual([303, isThere ? next : "/ops/console"]);
});

test("the login speaks the language of the browser", async () => {
  const page = await api.request("GET", "/ops/login", { headers: { "accept-language": "zh-CN,zh;q=0.9,en;q=0.8" } });
  expect(page.text).toMatch(/<html lang="zh-CN">[^]*密码[^]*登录/);
  const wrong = await login("wrong", { "accept-language": "zh", "x-forwarded-for": "203.0.113.77" });
  expect(wrong.text).toContain("密码错误。");
});

test("pages of our own allow no script at all", async () => {
  const page = await api.get("/ops/login");
  expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(page.headers.get("x-content-type-options")).toBe("nosniff");
});

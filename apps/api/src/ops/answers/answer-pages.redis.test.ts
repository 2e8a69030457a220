import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { opsPassword, startTestApi, type TestApi } from "../../testing/test-api.ts";

// What needs gateways with connections on them: tests/doors/plain.test.ts.
let redis: TestRedis;
let api: TestApi;
let session: Record<string, string>;
const form = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
  const body = new URLSearchParams({ password: opsPassword }).toString();
  const login = await api.request("POST", "/ops/login", { headers: form, body });
  session = { cookie: login.headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

const page = (path: string, headers: Record<string, string> = {}) =>
  api.request("GET", path, { headers: { ...session, ...headers } });
const answer = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  api.request("POST", path, {
    headers: { ...form, ...session, ...headers },
    body: new URLSearchParams(fields).toString(),
  });

test("nobody sees connections, answers or closes one without a session, and no other site can make a browser do it", async () => {
  const answers = ["/ops/answers", "/ops/answers/in?channel=user:ann", "/ops/answers/to?user=ann"];
  for (const path of [...answers, "/ops/connections", "/ops/connections/one?client=c"]) {
    const { status, headers } = await page(path, { cookie: "" });
    expect([status, headers.get("location")]).toEqual([302, `/ops/login?next=${encodeURIComponent(path)}`]);
  }
  for (const path of ["/ops/answers/to?user=ann", "/ops/connections/one?client=c"]) {
    const { status, headers } = await answer(path, { text: "hello" }, { cookie: "" });
    expect([status, headers.get("location")]).toEqual([303, "/ops/login"]);
    expect((await answer(path, { text: "hello" }, { "sec-fetch-site": "cross-site" })).status).toBe(403);
  }
});

test("to close who is gone already is as good, and a cursor of somebody's own making is refused", async () => {
  const { status, headers } = await answer("/ops/connections/one?client=c", {});
  expect([status, headers.get("location")]).toEqual([303, "/ops/connections?closed=true"]);
  expect((await page("/ops/connections/one?client=c")).text).toContain("not there any more");
  expect((await page("/ops/connections?user=ann")).text).toContain("ann has no connection now.");
  expect((await page("/ops/connections?cursor=xyz")).status).toBe(400);
});

test("an answer to whom is not there is said to have reached nobody", async () => {
  for (const to of ["user=ann", "client=5c1b3f9a"]) {
    const { status, headers } = await answer(`/ops/answers/to?${to}`, { text: "hello" });
    expect([status, headers.get("location")]).toEqual([303, `/ops/answers/to?${to}&sent=0`]);
    expect((await page(headers.get("location") ?? "")).text).toContain("Nobody is there any more");
  }
});

test("an answer is to one user or to one connection, and has a text of a bounded length", async () => {
  for (const to of ["", "user=ann&client=c", "user=", "all=true"]) {
    expect([to, (await answer(`/ops/answers/to?${to}`, { text: "hello" })).status]).toEqual([to, 400]);
  }
  expect((await answer("/ops/answers/to?user=ann", { text: "" })).status).toBe(400);
  expect((await answer("/ops/answers/to?user=ann", { text: "x".repeat(8_001) })).status).toBe(400);
});

test("what cannot be listed is said on the page", async () => {
  expect((await page("/ops/answers?pattern=a%5C")).text).toContain('role="alert"');
  expect((await page("/ops/answers/in?channel=typo:a")).text).toContain("no namespace `typo` is configured");
  const users = (await page("/ops/answers/in?channel=user:ann")).text;
  expect(users).toContain("channel.user_presence.enabled");
  expect(users).toContain('href="/ops/answers/to?user=ann"');
  expect((await page("/ops/answers/in?channel=live:a")).text).not.toContain("channel.user_presence.enabled");
});

test("what stands in an address stands in the page as text", async () => {
  const strange = '"><script>alert(1)</script>';
  for (const path of ["/ops/answers?pattern=", "/ops/answers/in?channel=user:", "/ops/answers/to?user="]) {
    const { status, text } = await page(path + encodeURIComponent(strange));
    expect(status).toBe(200);
    expect(text).not.toContain("<script>");
  }
});

test("the pages are in the language the address or the browser asks for, and lead to the same page in the other", async () => {
  expect((await page("/ops/answers", { "accept-language": "zh-CN,en" })).text).toContain("应答");
  const { text } = await page("/ops/answers/to?user=ann&lang=zh");
  expect(text).toContain("您的应答");
  expect(text).toContain('href="/ops/answers/to?user=ann&amp;lang=en"');
  expect(text).toContain('action="/ops/answers/to?user=ann&amp;lang=zh"');
});

import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { opsPassword, startTestApi, type TestApi } from "../../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;
let session: Record<string, string>;
const form = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
});
beforeEach(async () => {
  const body = new URLSearchParams({ password: opsPassword }).toString();
  const login = await api.request("POST", "/ops/login", { headers: form, body });
  session = { cookie: login.headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
});
afterEach(() => redis.flush());
afterAll(async () => {
  await api.close();
  await redis.close();
});

const page = (path: string, headers: Record<string, string> = {}) =>
  api.request("GET", path, { headers: { ...session, ...headers } });
const act = (path: string, fields: Record<string, string> = {}, headers: Record<string, string> = session) =>
  api.request("POST", path, { headers: { ...form, ...headers }, body: new URLSearchParams(fields).toString() });
const put = (id: string, body: object = {}) =>
  api.request("PUT", `/v1/schedules/${id}`, {
    body: { cron: "0 9 * * 1-5", timeZone: "Asia/Shanghai", ...task, ...body },
  });
const task = { task: { handler: "test" } };

test("nobody sees or changes a schedule without a session, and no other site can make a browser do it", async () => {
  await put("s");
  for (const path of ["/ops/schedules", "/ops/schedules/s"]) {
    const { status, headers } = await page(path, { cookie: "" });
    expect([status, headers.get("location")]).toEqual([302, `/ops/login?next=${encodeURIComponent(path)}`]);
  }
  for (const verb of ["pause", "resume", "trigger"]) {
    const { status, headers } = await act(`/ops/schedules/s/${verb}`, {}, { cookie: "" });
    expect([status, headers.get("location")]).toEqual([303, "/ops/login"]);
    const elsewhere = await act(`/ops/schedules/s/${verb}`, {}, { ...session, "sec-fetch-site": "cross-site" });
    expect(elsewhere.status).toBe(403);
  }
  expect((await api.get("/v1/schedules/s")).json).toMatchObject({ state: "active", counts: { fired: 0 } });
});

test("pausing, resuming and running are forms that answer with the page, which says what was done", async () => {
  await put("s");
  const paused = await act("/ops/schedules/s/pause", { note: "a holiday" });
  expect([paused.status, paused.headers.get("location")]).toEqual([303, "/ops/schedules/s?done=paused"]);
  const { text } = await page("/ops/schedules/s?done=paused");
  expect(text).toContain("It is paused.");
  expect((await api.get("/v1/schedules/s")).json).toMatchObject({ note: "a holiday", pausedBy: "break-glass" });
  expect(text).toContain("a holiday");
  expect((await act("/ops/schedules/s/resume?lang=zh")).headers.get("location")).toBe(
    "/ops/schedules/s?done=resumed&lang=zh",
  );
  expect((await act("/ops/schedules/s/trigger")).headers.get("location")).toBe("/ops/schedules/s?done=fired");
  expect((await act("/ops/schedules/s/trigger")).headers.get("location")).toBe("/ops/schedules/s?done=skipped");
  expect((await page("/ops/schedules/s")).text).toContain("run by hand");
  expect((await act("/ops/schedules/nobody/pause")).status).toBe(404);
  expect((await page("/ops/schedules/nobody")).status).toBe(404);
});

test("times are in words of the language the address or the browser asks for, and in the zone of the schedule", async () => {
  await put("s");
  const english = (await page("/ops/schedules/s")).text;
  expect(english).toContain("At 09:00, Monday through Friday");
  expect(english).toMatch(/Monday,? \d+ \w+ \d{4} at 09:00:00 GMT\+8/);
  for (const chinese of [
    await page("/ops/schedules/s?lang=zh"),
    await page("/ops/schedules/s", { "accept-language": "zh-CN,en" }),
  ]) {
    expect(chinese.text).toContain('<html lang="zh-CN">');
    expect(chinese.text).toContain("星期一至星期五");
    expect(chinese.text).toMatch(/\d{4}年\d+月\d+日星期一 GMT\+8 09:00:00/);
  }
});

test("the list has its pages and states, a preview shows the next runs of a pattern, or why there are none", async () => {
  for (let index = 10; index < 62; index += 1) await put(`s${index}`);
  await act("/ops/schedules/s11/pause");
  const first = (await page("/ops/schedules")).text;
  expect(first.match(/<tr role="row">/g)).toHaveLength(51);
  const [, next = ""] = /href="([^"]*cursor=[^"]*)"/.exec(first) ?? [];
  expect((await page(next)).text).toContain("s61");
  const paused = (await page("/ops/schedules?state=paused")).text;
  expect([paused.includes(">s11<"), paused.includes(">s12<")]).toEqual([true, false]);
  const preview = (await page("/ops/schedules?cron=30+2+*+*+*&timeZone=Europe%2FBerlin")).text;
  expect(preview.match(/<li>/g)).toHaveLength(10);
  expect((await page("/ops/schedules?cron=61+*+*+*+*")).text).toContain('<p role="alert">cron: cannot be read');
});

test("what people wrote is text on the page, and no script could run there", async () => {
  await put("s");
  const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`;
  await act("/ops/schedules/s/pause", { note: evil });
  const query = new URLSearchParams({ cron: evil, timeZone: evil.slice(0, 64) }).toString();
  for (const path of ["/ops/schedules", "/ops/schedules/s", `/ops/schedules?${query}`]) {
    const { text, headers } = await page(path);
    expect(text).toContain("&lt;script&gt;");
    // Values of attributes are within quotes that nothing escaped can end.
    expect(text.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<script|<img|<[^>]*\son\w+=/i);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'/);
  }
});

test("one that cannot be read is on the pages all the same", async () => {
  await put("s");
  await redis.command("HSET", "{sy:tasks}:schedule:s", "spec", "{");
  for (const path of ["/ops/schedules", "/ops/schedules/s"])
    expect((await page(path)).text).toContain("cannot be read");
});

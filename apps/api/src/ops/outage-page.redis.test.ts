import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis } from "@switchyard/testkit/redis-fixture";
import { expect, test } from "vitest";
import { opsPassword, startTestApi, type TestApi } from "../testing/test-api.ts";

const sameOrigin = { "sec-fetch-site": "same-origin" };

function login(target: TestApi, headers: Readonly<Record<string, string>> = {}) {
  const form = { "content-type": "application/x-www-form-urlencoded", ...sameOrigin, ...headers };
  return target.request("POST", "/ops/login", { headers: form, body: `password=${opsPassword}` });
}

async function loggedIn(target: TestApi): Promise<{ readonly cookie: string }> {
  return { cookie: (await login(target)).headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
}

test("a Redis that is full can be looked at by who is logged in, and nothing is done", async () => {
  const redis = await startTestRedis();
  const api = await startTestApi(redis.url);
  try {
    const session = await loggedIn(api);
    await redis.command("CONFIG", "SET", "maxmemory", "1");
    await eventually(async () => {
      const overview = await api.request("GET", "/ops/api/overview", { headers: session });
      expect(overview.status).toBe(200);
      expect(overview.text).toContain('"code":"redis_refuses","why":"full"');
    });
    const headers = { ...session, ...sameOrigin, "x-sy-console": "1" };
    const act = await api.request("POST", "/ops/api/groups/mail/pause", { headers, body: { reason: "a test" } });
    const message = expect.stringContaining("Redis is full (maxmemory), and nothing was done") as string;
    expect([act.status, act.json]).toMatchObject([503, { error: { code: "unavailable", redis: "refuses", message } }]);
    const page = await login(api, { accept: "text/html" });
    expect(page.text).toContain("Redis takes no writes");
  } finally {
    await api.close();
    await redis.close();
  }
});

test("who opens a page while Redis is away gets one that says so and comes back, and a program gets JSON", async () => {
  const redis = await startTestRedis();
  const api = await startTestApi(redis.url);
  try {
    const session = await loggedIn(api);
    await redis.stop("SIGKILL");
    for (const path of ["/ops/console", "/ops/schedules"]) {
      const page = await api.request("GET", path, { headers: { ...session, accept: "text/html" } });
      expect([page.status, page.headers.get("refresh")]).toEqual([503, "5"]);
      expect(page.text).toContain("Redis does not answer");
      expect(page.text).toContain("Redis 没有响应");
    }
    const sent = await login(api, { accept: "text/html" });
    expect([sent.status, sent.headers.get("refresh")]).toEqual([503, null]);
    const call = await api.request("GET", "/ops/api/overview", { headers: session });
    expect([call.status, call.json]).toMatchObject([503, { error: { code: "unavailable" } }]);
  } finally {
    await api.close();
    await redis.close();
  }
});

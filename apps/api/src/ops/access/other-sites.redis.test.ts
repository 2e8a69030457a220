import { request } from "node:http";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { logIn, opsForm } from "../../testing/ops-login.ts";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";
import { opsRoutes } from "./ops-routes.ts";

let redis: TestRedis;
let api: TestApi;
/** An admin's, who has just logged in: nothing but where it comes from stands against a request. */
let cookie: string;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
  cookie = await logIn(api);
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

const pathOf = (pattern: string) => pattern.replaceAll(/:\w+|\*/g, "x");
const changing = Object.keys(opsRoutes).filter((route) => !route.startsWith("GET "));

/** As a browser sends what a page of somebody else makes it send, with the cookie. */
const attacks = {
  "a form of another site": { ...opsForm, "sec-fetch-site": "cross-site", origin: "https://evil.example" },
  "a form of another port": { ...opsForm, "sec-fetch-site": "same-site", origin: "http://127.0.0.1:1" },
  "a form in a sandbox": { ...opsForm, "sec-fetch-site": "cross-site", origin: "null" },
  "a script without a preflight": { "content-type": "text/plain", "sec-fetch-site": "cross-site" },
  "an old browser on another site": { "content-type": "text/plain", origin: "https://evil.example" },
  "a client that says nothing of where it is from": { ...opsForm, "sec-fetch-site": "" },
};

test.each(Object.entries(attacks))("%s changes nothing, at any route", async (_, headers) => {
  const before = await redis.command("XLEN", "sy:hub:audit:people");
  const statuses = changing.map(async (route) => {
    const [method = "", pattern = ""] = route.split(" ");
    const sent = { ...headers, cookie, "x-sy-reason": "of%20another%20site" };
    const { status } = await api.request(method, pathOf(pattern), { headers: sent, body: "{}" });
    return `${route} ${status}`;
  });
  expect(changing.length).toBeGreaterThan(50);
  expect((await Promise.all(statuses)).filter((line) => !line.endsWith(" 403"))).toEqual([]);
  expect(await redis.command("XLEN", "sy:hub:audit:people")).toBe(before);
});

test("a change of the console from its own page still needs the header that no form can send", async () => {
  const calls = changing.filter((route) => route.includes(" /ops/api/"));
  const statuses = calls.map(async (route) => {
    const [method = "", pattern = ""] = route.split(" ");
    return (await api.request(method, pathOf(pattern), { headers: { ...opsForm, cookie }, body: "" })).status;
  });
  expect(new Set(await Promise.all(statuses))).toEqual(new Set([403]));
});

test("what an image or a link can ask for does nothing to the hub", () => {
  const reading = Object.entries(opsRoutes).filter(([route]) => route.startsWith("GET "));
  expect(reading.filter(([, { tier }]) => tier > 0)).toEqual([]);
});

test("a WebSocket, which any site may open with the cookie, is none anywhere under /ops", async () => {
  const paths = ["/ops", "/ops/console", "/ops/api/overview", "/ops/queues", "/ops/queues/api/queues"];
  const statuses = paths.map(
    (path) =>
      new Promise<string>((answered, failed) => {
        const headers = {
          cookie,
          connection: "Upgrade",
          upgrade: "websocket",
          "sec-websocket-version": "13",
          "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
          origin: "https://evil.example",
        };
        const asked = request(api.url + path, { headers });
        asked.once("upgrade", (_, socket) => (socket.destroy(), answered(`${path} was opened`)));
        asked.once("response", (response) => (response.resume(), answered("an ordinary answer")));
        asked.once("error", failed);
        asked.end();
      }),
  );
  expect(new Set(await Promise.all(statuses))).toEqual(new Set(["an ordinary answer"]));
});

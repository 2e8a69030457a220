import { request } from "node:http";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url, { api: { port: 0 } });
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

test("pages of any host load the bell from a hub in production, without a key", async () => {
  const answer = await fetch(`${api.url}/bell.js`, { headers: { origin: "https://shop.test" } });
  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "content-type": "text/javascript; charset=utf-8",
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",
    "x-content-type-options": "nosniff",
  });
  expect(await answer.text()).toContain('customElements.define("switchyard-bell"');
});

test("so do they load the script that lets clients of the Pusher protocol recover", async () => {
  const answer = await fetch(`${api.url}/recover-missed.js`);
  expect(answer.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  expect(await answer.text()).toContain("globalThis.recoverMissed");
});

test("a script is sent once and then asked for by its tag, and packed to whoever takes that", async () => {
  const first = await fetch(`${api.url}/bell.js`);
  const etag = first.headers.get("etag") ?? "";
  expect((await fetch(`${api.url}/bell.js`, { headers: { "if-none-match": etag } })).status).toBe(304);
  expect(first.headers.get("content-encoding")).toBe("gzip");
  expect(await encodingFor("identity")).toBeUndefined();
});

/** Over a bare request: fetch always takes gzip. */
function encodingFor(accepted: string): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  request(`${api.url}/bell.js`, { headers: { "accept-encoding": accepted } }, (response) => {
    response.resume();
    resolve(response.headers["content-encoding"]);
  })
    .on("error", reject)
    .end();
  return promise;
}

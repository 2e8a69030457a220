import { request as httpRequest } from "node:http";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { jwtVerify } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiKey, startTestApi, type TestApi, tokenSecret } from "../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

const noKey = { headers: { "x-api-key": "" } };

test("serves the pages and the SDK from this machine, with a policy that lets nothing else in", async () => {
  const page = await api.request("GET", "/", noKey);
  expect(page.headers.get("content-type")).toContain("text/html");
  const host = new URL(api.url).host;
  const policy = page.headers.get("content-security-policy");
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain(`connect-src 'self' ws://${host} wss://${host}`);
  expect(policy).not.toMatch(/data:|unsafe|\*/);
  const sdk = await api.request("GET", "/vendor/centrifuge.js", noKey);
  expect(sdk.status).toBe(200);
  expect(sdk.headers.get("content-type")).toContain("javascript");
});

test.each(["/", "/push.html", "/chat.html", "/task.html", "/order.html", "/approval.html"])(
  "%s is whole, and everything it names is there",
  async (path) => {
    const { text } = await api.request("GET", path, noKey);
    expect(text).not.toContain("{{");
    const name = path === "/" ? "index" : path.slice(1, -".html".length);
    expect(Array.from(text.matchAll(/href="(.*?)" aria-current="page"/g), ([, link]) => link)).toEqual(
      name === "index" ? [] : [`${name}.html`],
    );
    const named = Array.from(text.matchAll(/(?:src|href)="((?:styles|scripts)\/.*?|mark\.svg)"/g), ([, file]) => file);
    expect(named).toContain(`styles/${name}.css`);
    for (const file of named) expect((await api.request("GET", `/${file}`, noKey)).status).toBe(200);
  },
);

test("what pages are made of is no page itself", async () => {
  expect((await api.request("GET", "/layout.html", noKey)).status).toBe(404);
});

test("mints a connection token for any user", async () => {
  const { json } = await api.request("GET", "/demo/token?user=ann&info=Ann", noKey);
  const { payload } = await jwtVerify(json.token, new TextEncoder().encode(tokenSecret));
  expect(payload).toMatchObject({ sub: "ann", info: { name: "Ann" } });
});

test.each(["", "user=", `user=${"u".repeat(65)}`, "user=a%0Ab", "user=a&admin=1"])(
  "no token for ?%s",
  async (query) => {
    const answer = await api.request("GET", `/demo/token?${query}`, noKey);
    expect(answer.status).toBe(400);
    expect(answer.json.error.field).toMatch(/user|admin/);
  },
);

test("without a secret it says which setting is empty", async () => {
  const tokenless = await startTestApi(redis.url, { client: {} });
  try {
    const answer = await tokenless.get("/demo/token?user=ann");
    expect(answer.status).toBe(501);
    expect(answer.json.error).toMatchObject({
      code: "not_configured",
      message: expect.stringContaining("SWITCHYARD_TOKEN_SECRET"),
    });
  } finally {
    await tokenless.close();
  }
});

test("pushes to a user without the key", async () => {
  const push = await api.request("POST", "/demo/push", { ...noKey, body: { user: "ann", data: { a: 1 } } });
  expect(push.json).toEqual({ channel: "user:ann", offset: 1, epoch: expect.any(String) });
});

test("shows the key and the address a page was opened by", async () => {
  expect((await api.request("GET", "/demo/curl-config", noKey)).json).toEqual({ apiUrl: api.url, apiKey });
});

const demoPaths = ["/", "/push.html", "/vendor/centrifuge.js", "/demo/token?user=ann", "/demo/curl-config"];

/** Over a bare socket: fetch writes the Host header itself. */
function statusFor(path: string, headers: Record<string, string>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const sent = httpRequest(api.url + path, { headers, agent: false }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  sent.on("error", reject).end();
  return promise;
}

test.each([
  ["localhost", { host: "localhost:8000" }],
  [
    "the front door on this machine",
    { host: "localhost:8000", "x-forwarded-host": "localhost:8000", "x-forwarded-for": "127.0.0.1" },
  ],
  ["the same over IPv6", { host: "[::1]:8000", "x-forwarded-for": "::1" }],
  ["a dual-stack socket", { host: "127.0.0.1", "x-forwarded-for": "::ffff:127.0.0.1" }],
])("the demo answers to %s", async (_, headers) => {
  for (const path of demoPaths) expect(await statusFor(path, headers)).toBe(200);
});

test.each([
  ["a name that was pointed at this machine", { host: "evil.example:8000" }],
  ["such a name with a claim to be localhost", { host: "evil.example:18210", "x-forwarded-host": "localhost" }],
  ["a proxied name that is not this machine's", { host: "localhost:8000", "x-forwarded-host": "evil.example" }],
  ["a list that names one more", { host: "localhost", "x-forwarded-host": "localhost, evil.example" }],
  ["a client elsewhere, behind a proxy here", { host: "localhost:8000", "x-forwarded-for": "203.0.113.9" }],
  ["a chain that began elsewhere", { host: "localhost:8000", "x-forwarded-for": "203.0.113.9, 127.0.0.1" }],
  ["rubbish", { host: "localhost:8000", "x-forwarded-for": "unknown" }],
  ["an address in the local network", { host: "192.168.1.5:8000" }],
  ["a name that begins like this machine", { host: "localhost.evil.example" }],
  ["a name that begins like its address", { host: "127.0.0.1.evil.example" }],
  ["credentials before the name", { host: "localhost@evil.example" }],
])("the demo is closed to %s", async (_, headers) => {
  for (const path of [...demoPaths, "/scripts/hub.js"]) expect(await statusFor(path, headers)).toBe(403);
});

test("a refusal of the demo holds no key", async () => {
  const answer = await api.request("GET", "/demo/curl-config", { headers: { "x-forwarded-for": "203.0.113.9" } });
  expect(answer.status).toBe(403);
  expect(answer.text).not.toContain(apiKey);
  expect(answer.json.error.message).toContain("localhost");
});

test("every demo route there is has the guard", async () => {
  const { paths } = JSON.parse((await api.get("/docs/json")).text) as { paths: Record<string, object> };
  const found = Object.entries(paths).filter(([path]) => path.startsWith("/demo/"));
  expect(found).toHaveLength(3);
  for (const [path, methods] of found) {
    for (const method of Object.keys(methods)) {
      const answer = await api.request(method.toUpperCase(), path, { headers: { "x-forwarded-for": "203.0.113.9" } });
      expect({ path, status: answer.status }).toEqual({ path, status: 403 });
    }
  }
});

test("outside of demo mode none of it exists", async () => {
  const production = await startTestApi(redis.url, { api: { port: 0 } });
  try {
    for (const path of ["/", "/index.html", "/vendor/centrifuge.js", "/demo/token?user=ann", "/demo/curl-config"]) {
      expect((await production.get(path)).status).toBe(404);
    }
    expect((await production.post("/demo/push", {})).status).toBe(404);
    expect((await production.get("/docs/json")).text).not.toContain("/demo/");
  } finally {
    await production.close();
  }
});

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

test.each(["/", "/push.html", "/chat.html", "/task.html"])(
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

test("a host that is no host does not get into the policy", async () => {
  const page = await api.request("GET", "/", { headers: { "x-forwarded-host": "a.example; script-src *" } });
  expect(page.headers.get("content-security-policy")).toMatch(/; connect-src 'self'$/);
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

test("shows the key to a page opened on localhost or by address, to no other name", async () => {
  expect((await api.request("GET", "/demo/curl-config", noKey)).json).toEqual({ apiUrl: api.url, apiKey });
  const forwarded = { headers: { "x-forwarded-host": "localhost:8000" } };
  expect((await api.request("GET", "/demo/curl-config", forwarded)).json.apiUrl).toBe("http://localhost:8000");
  const rebound = { headers: { "x-forwarded-host": "evil.example:8000" } };
  const answer = await api.request("GET", "/demo/curl-config", rebound);
  expect(answer.status).toBe(403);
  expect(answer.text).not.toContain(apiKey);
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

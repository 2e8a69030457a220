import { gunzipSync, gzipSync } from "node:zlib";
import { createRedisConsoleStore } from "@switchyard/broker/redis-console-store";
import type { InboxPageAnswer } from "@switchyard/console/inbox";
import type { SettingsAnswer } from "@switchyard/console/settings";
import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiKey, opsPassword, startTestApi, type TestApi, tokenSecret } from "../../testing/test-api.ts";
import { readConsoleFiles, unpackConsole } from "./console-files.ts";

let redis: TestRedis;
let api: TestApi;
let cookie: string;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
  const body = new URLSearchParams({ password: opsPassword }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
  cookie =
    (await api.request("POST", "/ops/login", { headers, body })).headers.get("set-cookie")?.split(";", 1)[0] ?? "";
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

const look = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  api.request("GET", path, { headers: { cookie, ...headers } });
const act = (path: string, headers: Readonly<Record<string, string>> = { "x-sy-console": "1" }) =>
  api.request("POST", path, {
    headers: { cookie, "sec-fetch-site": "same-origin", ...headers },
    body: { reason: "a test" },
  });

test("the page lets nothing become script or markup, and all it is made of is served as what it is and kept for ever", async () => {
  const page = await look("/ops/console/groups/anything");
  expect(page.headers.get("content-security-policy")).toContain(
    "require-trusted-types-for 'script'; trusted-types 'none'",
  );
  const files = [...page.text.matchAll(/(?:src|href)="(\/ops\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);
  expect(files.length).toBeGreaterThan(20);
  for (const path of files) {
    const { status, headers, text } = await api.request("GET", path, {});
    const kind = /\.(?:ts|mjs)$/.test(path) ? "text/javascript" : path.endsWith(".css") ? "text/css" : "image/svg+xml";
    expect({ path, status, type: headers.get("content-type")?.split(";")[0] }).toEqual({
      path,
      status: 200,
      type: kind,
    });
    expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(text).not.toMatch(/\bimport type\b|sourceMappingURL/);
  }
  // What the first screen takes besides: its own modules, the page itself and what it asks first.
  const own = new Map((await readConsoleFiles()).files);
  const screen = importsOf(own, "screens/overview/overview.ts").filter((path) => !page.text.includes(`/${path}"`));
  expect(files.length + screen.length + 2).toBeLessThanOrEqual(60);
  const [first = ""] = files;
  const gone = await api.request("GET", first.replace(/assets\/[^/]+/, "assets/of-another-version"), {});
  expect([gone.status, gone.json]).toMatchObject([410, { error: { code: "version_gone" } }]);
});

/** A module and what it imports before it runs. */
function importsOf(files: ReadonlyMap<string, { readonly body: Buffer }>, path: string): readonly string[] {
  const found = new Set([path]);
  for (const one of found)
    for (const [, specifier = ""] of String(files.get(one)?.body).matchAll(/\bfrom\s*"(\.[^"]+)"/g))
      found.add(new URL(specifier, `file:///${one}`).pathname.slice(1));
  return [...found];
}

test("files of a version that another api serves are served by this one, and none that somebody else has put there", async () => {
  const [, own = ""] = /\/ops\/assets\/([^/]+)/.exec((await look("/ops/console")).text) ?? [];
  const logger = createLogger({ app: "test", level: "silent" });
  const store = await createRedisConsoleStore({ redis: { url: redis.url, prefix: "sy" }, logger });
  const packed = (await store.read(own)) ?? Buffer.alloc(0);
  expect(await redis.command("TTL", `sy:hub:{console}:${own}`)).toBeGreaterThan(6 * 86_400);
  const files = JSON.parse(gunzipSync(packed).toString()) as [string, { readonly text: string }][];
  const others = gzipSync(JSON.stringify(files.map(([path, file]) => [path, { ...file, text: `${file.text}\n//` }])));
  const { hash } = unpackConsole(others);
  const main = (of: string) => api.request("GET", `/ops/assets/${of}/main.ts`, {});
  expect((await main(hash)).status).toBe(410);
  await store.keep(hash, others);
  const found = await main(hash);
  expect([found.status, found.headers.get("content-type")]).toEqual([200, "text/javascript; charset=utf-8"]);
  expect(found.text).toMatch(/\n\/\/$/);
  await store.keep("made-up-by-others", others);
  await store.keep("AAAAAAAAAAAAAAAA", others);
  expect([await main("made-up-by-others"), await main("AAAAAAAAAAAAAAAA")].map(({ status }) => status)).toEqual([
    410, 410,
  ]);
  await store.close();
});

test("who looks again is told only what is new, and forty who look at once cost Redis one reading", async () => {
  // The api may have looked before it was on the list of processes itself.
  const first = await eventually(async () => {
    const answer = await look("/ops/api/overview");
    expect(answer.json).toMatchObject({
      console: expect.stringMatching(/^[-\w]{16}$/),
      tasks: { queued: 0 },
      processes: [{ kind: "gateway", count: 0 }, { count: 1 }, {}],
    });
    return answer;
  });
  expect(Number(first.headers.get("x-sy-now"))).toBeGreaterThan(1.7e12);
  const scripts = async () =>
    Number(/cmdstat_hscan:calls=(\d+)/.exec(String(await redis.command("INFO", "commandstats")))?.[1]);
  const [before, beganMs] = [await scripts(), performance.now()];
  const etag = first.headers.get("etag") ?? "";
  const all = await Promise.all(Array.from({ length: 40 }, () => look("/ops/api/overview", { "if-none-match": etag })));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([304]));
  // A look holds for 0.9 s, and a slow machine may need longer for all of them.
  expect((await scripts()) - before).toBeLessThanOrEqual(2 * (1 + (performance.now() - beganMs) / 900));
});

test("what the console does is what /v1 does, behind a login, and it needs the console's header", async () => {
  expect((await act("/ops/api/groups/mail/pause", {})).status).toBe(403);
  const paused = await act("/ops/api/groups/mail/pause");
  expect(paused.json).toEqual((await api.get("/v1/groups/mail")).json);
  expect(paused.json).toMatchObject({ status: "paused", reason: "a test", pausedBy: "break-glass" });
  expect((await api.request("GET", "/ops/api/groups/mail", {})).status).toBe(401);
  expect((await look("/ops/api/overview")).json).toMatchObject({
    needs: expect.arrayContaining([
      expect.objectContaining({ severity: "notice", code: "group_paused", group: "mail", pausedBy: "break-glass" }),
    ]),
  });
});

test("what the api was started with is told with where it is from, to operators, and no secret of it", async () => {
  // Whichever process looks first may not be on the list yet.
  await eventually(async () => {
    const { text } = await look("/ops/api/settings");
    const { settings, kinds } = JSON.parse(text) as SettingsAnswer;
    expect(settings.find(({ key }) => key === "ops.password")).toMatchObject({ isSecret: true, byDefault: null });
    const [gateways, apis] = kinds;
    expect(gateways).toEqual({ kind: "gateway", variants: [], silent: 0 });
    expect(apis).toMatchObject({ variants: [{ count: 1, processes: [expect.any(String)] }], silent: 0 });
    const set = new Map(apis?.variants[0]?.set?.map((one) => [one.key, one]));
    expect(set.get("ops.password")).toEqual({ key: "ops.password", from: "file", isSet: true });
    expect(set.get("api.demo")).toEqual({ key: "api.demo", from: "file", value: true });
    for (const secret of [opsPassword, apiKey, tokenSecret]) expect(text).not.toContain(secret);
  });
});

test("the inbox of a user is that of /v1, and what is done to it, too", async () => {
  await api.post("/v1/inbox", { to: { users: ["a/b 用户"] }, item: { title: "Order 7 was paid", category: "orders" } });
  const path = `/ops/api/inbox/${encodeURIComponent("a/b 用户")}`;
  const page = (await look(`${path}/items?limit=1`)).json as unknown as InboxPageAnswer;
  expect(page).toMatchObject({ items: [{ title: "Order 7 was paid", readAtMs: null }], counts: { unread: 1 } });
  const headers = { cookie, "sec-fetch-site": "same-origin", "x-sy-console": "1" };
  const read = await api.request("POST", `${path}/read`, { headers, body: { ids: [page.items[0]?.id] } });
  expect(read.json).toMatchObject({ changed: 1, counts: { unread: 0 } });
  expect((await api.request("GET", `${path}/items`, {})).status).toBe(401);
});

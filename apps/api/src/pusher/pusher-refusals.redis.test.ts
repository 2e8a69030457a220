import { sign } from "@switchyard/pusher/signature";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callSigned, pusherSecret, pusherSettings, type SignedCall } from "../testing/call-signed.ts";
import { startTestApi, type TestApi } from "../testing/test-api.ts";

let server: TestRedis;
let api: TestApi;
beforeAll(async () => {
  server = await startTestRedis();
  api = await startTestApi(server.url, pusherSettings);
});
afterAll(async () => {
  await api.close();
  await server.close();
});

const call = (asked: SignedCall) => callSigned(api.url, asked);
const events = (body: object, further: Partial<SignedCall> = {}) =>
  call({ path: "/apps/3/events", body: JSON.stringify(body), ...further });

describe("what is refused", () => {
  const event = { name: "e", data: "x", channels: ["cache-1"] };
  const many = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);
  test.each<[string, object, number, string]>([
    ["no name", { ...event, name: "" }, 400, "name: must not be empty"],
    ["a long name", { ...event, name: "n".repeat(201) }, 400, "name: is 201 characters long, the bound is 200"],
    ["a reserved name", { ...event, name: "pusher:ping" }, 400, "name: must not begin with"],
    ["no channel", { name: "e", data: "x" }, 400, "channels: is missing"],
    ["too many channels", { ...event, channels: many(101) }, 400, "channels: must have 100 items or fewer"],
    ["a long channel", { ...event, channels: ["ok", "c".repeat(201)] }, 400, "channels[1]: is 201 characters long"],
    ["an odd channel", { ...event, channels: ["a b"] }, 400, "channels[0]: may hold letters"],
    ["data that is no text", { ...event, data: { a: 1 } }, 400, "data: must be a string"],
    ["too much data", { ...event, data: "x".repeat(10_241) }, 413, "data: is 10241 bytes long, the bound is 10240"],
    ["a false socket_id", { ...event, socket_id: "12" }, 400, "socket_id: must be what a client was told"],
    ["unknown info", { ...event, info: "users" }, 400, "info: may list user_count, subscription_count"],
  ])("%s, by the field and its bound", async (_, body, status, text) => {
    const answer = await events(body);
    expect(answer).toMatchObject({ status, text: expect.stringContaining(text) });
  });

  test("a batch with one bad event, as a whole", async () => {
    const batch = [
      { name: "e", data: "x", channel: "cache-1" },
      { name: "e", data: "x", channel: "n s" },
    ];
    const send = (list: object[]) => call({ path: "/apps/3/batch_events", body: JSON.stringify({ batch: list }) });
    expect(await send(batch)).toMatchObject({
      status: 400,
      text: expect.stringContaining("batch[1].channel: may hold"),
    });
    expect(await send(Array.from({ length: 11 }, () => batch[0] ?? {}))).toMatchObject({
      status: 400,
      text: expect.stringContaining("batch: must have 10 items or fewer"),
    });
  });

  test.each([
    ["/channels", { info: "user_count" }, "info: user_count can be asked of presence channels alone"],
    ["/channels/news", { info: "user_count" }, "info: user_count can be asked of presence channels alone"],
    ["/channels/news", { info: "cache" }, "info: cache can be asked of cache channels alone"],
    ["/channels/news/users", {}, "users can be asked of presence channels alone"],
    ["/channels/news", { info: "size" }, "info: may list"],
  ])("a question that does not fit: %s %j", async (path, query, text) => {
    const answer = await call({ method: "GET", path: `/apps/3${path}`, query });
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining(text) });
  });

  const body = JSON.stringify(event);
  const seconds = (skew: number) => String(Math.floor(Date.now() / 1_000) + skew);
  test.each<[string, Partial<SignedCall>, number, string]>([
    ["an unknown app", { path: "/apps/99/events" }, 404, "no app has the id"],
    ["an app that is not enabled", { path: "/apps/5/events" }, 403, "not enabled"],
    ["the key of another app", { query: { auth_key: "other" } }, 401, "auth_key: is not the key of this app"],
    ["the secret of another app", { appSecret: "another-secret-of-16" }, 401, "auth_signature: is not"],
    ["an old request", { query: { auth_timestamp: seconds(-700) } }, 401, "the bound is 600"],
    ["a request of the future", { query: { auth_timestamp: seconds(700) } }, 401, "the bound is 600"],
    ["another version", { query: { auth_version: "2.0" } }, 401, "auth_version: must be 1.0"],
    [
      "another body than was signed",
      { sentBody: body.replace("cache-1", "cache-2") },
      401,
      "body_md5: is not that of the body",
    ],
    [
      "a parameter that was not signed",
      { change: (query) => query.set("info", "user_count") },
      401,
      "auth_signature: is",
    ],
    ["no signature", { change: (query) => query.delete("auth_signature") }, 401, "auth_signature: is not"],
    ["no digest of the body", { change: (query) => query.delete("body_md5") }, 401, "body_md5: is not"],
  ])("%s", async (_, change, status, text) => {
    const answer = await call({ path: "/apps/3/events", body, ...change });
    expect(answer).toMatchObject({ status, text: expect.stringContaining(text) });
    expect(answer.text).not.toContain(sign(pusherSecret, ""));
  });

  test("and no refusal tells what the signature should have been", async () => {
    const right = await events({ ...event, channels: ["news"] });
    expect(right.status).toBe(200);
    const wrong = await events(event, { change: (query) => query.set("auth_signature", "0".repeat(64)) });
    expect(wrong.status).toBe(401);
    expect(wrong.text).not.toContain(wrong.signature);
    expect(wrong.text).not.toContain(pusherSecret);
  });

  test("what is no JSON, and a path that is none, in plain text", async () => {
    expect(await call({ path: "/apps/3/events", body: "{" })).toMatchObject({
      status: 400,
      text: expect.stringContaining("the body is not valid JSON"),
    });
    const unknown = await fetch(`${api.url}/apps/3/nothing`);
    expect([unknown.status, unknown.headers.get("content-type")]).toEqual([404, "text/plain; charset=utf-8"]);
  });
});

test("nothing of what was refused was published", async () => {
  const { text } = await call({ method: "GET", path: "/apps/3/channels/cache-1", query: { info: "cache" } });
  expect(JSON.parse(text)).toEqual({ occupied: false, cache: null });
});

test("whatever a signed request says, it is done or refused by name, and is never our defect", async () => {
  const names = fc.constantFrom("name", "data", "channel", "channels", "socket_id", "info", "batch", "__proto__");
  const some = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom("news", "presence-a", "user_count", "1.2"));
  const event = fc.dictionary(names, fc.oneof(some, fc.array(some, { maxLength: 3 })));
  const bodies = fc.oneof(event, fc.record({ batch: fc.array(event, { maxLength: 3 }) }), fc.jsonValue());
  const query = fc.dictionary(fc.constantFrom("info", "info[]", "filter_by_prefix", "x"), fc.string(), { maxKeys: 3 });
  const paths = fc.constantFrom(
    "events",
    "batch_events",
    "channels",
    "channels/news",
    "channels/%E0%A4%A",
    "users/%20/x",
  );
  await fc.assert(
    fc.asyncProperty(bodies, query, paths, fc.boolean(), async (body, asked, path, isPost) => {
      const method = isPost ? "POST" : "GET";
      const { status, text } = await call({
        method,
        path: `/apps/3/${path}`,
        query: asked,
        ...(isPost && { body: JSON.stringify(body) }),
      });
      expect([200, 400, 401, 404, 405, 413], text).toContain(status);
    }),
    { numRuns: 300 },
  );
});

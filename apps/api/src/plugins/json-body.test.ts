import { fastify } from "fastify";
import { expect, test } from "vitest";
import type { Scope } from "../scope.ts";
import { replyWithErrors } from "./error-reply.ts";
import { acceptJsonBodies } from "./json-body.ts";

async function send(payload: string | Buffer, contentType = "application/json", bodyLimit = 4096) {
  const app = fastify({ bodyLimit }) as unknown as Scope;
  acceptJsonBodies(app);
  replyWithErrors(app);
  app.post("/", async ({ body }) => JSON.stringify({ body }));
  const { statusCode, body } = await app.inject({
    method: "POST",
    url: "/",
    payload,
    headers: { "content-type": contentType },
  });
  return { status: statusCode, body };
}

test.each([
  "123456789012345678901234567890",
  "-9223372036854775808",
  '{"a":[0.1234567890123456789,1,"9007199254740993"]}',
  "[1e2,1e400,-0,1.0,1234567890123456789]",
])("numbers in what is passed through keep their text: %s", async (data) => {
  for (const payload of [`{"data":${data}}`, `{"info":${data}}`, `{"list":[{"publish":{"data":${data}}}]}`]) {
    expect(await send(payload)).toEqual({ status: 200, body: `{"body":${payload}}` });
  }
});

test.each([
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":1.0}}}',
  '{"a":[{"__proto__":1e400}]}',
])("a key is kept whatever it is called, as at every other door: %s", async (data) => {
  for (const payload of [`{"data":${data}}`, `{"info":${data}}`]) {
    expect(await send(payload)).toEqual({ status: 200, body: `{"body":${payload}}` });
  }
  expect(({} as { admin?: unknown }).admin).toBeUndefined();
});

test("numbers in what is acted upon are numbers, however they are written", async () => {
  const body = '{"limit":10.0,"since":{"offset":1e2},"data":10.0}';
  expect(await send(body)).toEqual({ status: 200, body: '{"body":{"limit":10,"since":{"offset":100},"data":10.0}}' });
});

test.each([
  ['{"data":"\\ud800"}', "data", "data: holds half a surrogate pair"],
  ['{"data":{"a":[1,{"\\udc00":1}]}}', "data.a[1]", "data.a[1]: holds half"],
  [
    '{"commands":[{"publish":{"channel":"a","data":"x\\udbff"}}]}',
    "commands[0].publish.data",
    "commands[0].publish.data: ",
  ],
  [`{"user":"a","data":${"[".repeat(600)}${"]".repeat(600)}}`, "data[0][0][0]", "nested deeper than 512 levels"],
])("what no reader could take is refused by the name of its field: %#", async (payload, field, message) => {
  const { status, body } = await send(payload);
  expect(status).toBe(400);
  expect(JSON.parse(body).error).toEqual({ code: "invalid_request", field, message: expect.stringContaining(message) });
});

test.each([
  ["{broken", 400, "invalid_json", "the body is not valid JSON (at position 1)"],
  ["", 400, "invalid_json", "the body is empty"],
  ['{"data":NaN}', 400, "invalid_json", "the body is not valid JSON (at position 8)"],
  ["{'a':1}", 400, "invalid_json", "(at position 1)"],
  ["[1,]", 400, "invalid_json", "(at position 3)"],
  ['{"a":"語", "b": nul1}', 400, "invalid_json", "(at position 18)"],
  [Buffer.from([0x22, 0xff, 0x22]), 400, "invalid_json", "not valid UTF-8"],
  [JSON.stringify("x".repeat(4096)), 413, "body_too_large", "larger than 4096 bytes (api.body_limit)"],
])("%s is refused with %i %s", async (payload, status, code, message) => {
  const answer = await send(payload);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body)).toEqual({ error: { code, message: expect.stringContaining(message) } });
});

test("whoever is still sending a body that is too large gets the answer, not a reset", async () => {
  const app = fastify({ bodyLimit: 4096 }) as unknown as Scope;
  acceptJsonBodies(app);
  replyWithErrors(app);
  app.post("/", async () => "{}");
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: "x".repeat(4_000_000) };
  try {
    for (let time = 0; time < 10; time++) {
      const response = await fetch(url, init);
      expect([response.status, response.headers.get("connection")]).toEqual([413, null]);
      await response.text();
    }
  } finally {
    await app.close();
  }
});

test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"])(
  "%s is not JSON, and the answer says which header to send",
  async (contentType) => {
    const answer = await send("{}", contentType);
    expect(answer.status).toBe(415);
    expect(JSON.parse(answer.body).error.message).toContain("Content-Type: application/json");
  },
);

test("a charset beside the type does no harm", async () => {
  expect(await send("{}", "application/json; charset=utf-8")).toEqual({ status: 200, body: '{"body":{}}' });
});

const many = (value: unknown) => Object.fromEntries(Array.from({ length: 95_000 }, (_, index) => [`f${index}`, value]));

test.each([
  [many(1), "the body: must have 1000 fields or fewer"],
  [{ channel: "a", tags: many("x") }, "tags: must have 1000 fields or fewer"],
  [
    { commands: [{ publish: { channels: Array.from({ length: 1_001 }, () => 1) } }] },
    "commands[0].publish.channels: must",
  ],
])("a crowd of fields that nobody asked for is refused before each of them is looked at: %#", async (body, message) => {
  const answer = await send(JSON.stringify(body), "application/json", 2_000_000);
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body).error.message).toContain(message);
});

test("data may have as many fields as fit into a body", async () => {
  const body = JSON.stringify({ data: many(1), info: [many(1)] });
  expect((await send(body, "application/json", 4_000_000)).status).toBe(200);
});

test.each([
  ["a charset that is not UTF-8", { "content-type": "application/json; charset=iso-8859-1" }, "UTF-8"],
  ["a compressed body", { "content-type": "application/json", "content-encoding": "gzip" }, "compressed"],
])("%s is refused instead of being ignored", async (_what, headers, message) => {
  const app = fastify() as unknown as Scope;
  acceptJsonBodies(app);
  replyWithErrors(app);
  app.post("/", async ({ body }) => JSON.stringify({ body }));
  const { statusCode, body } = await app.inject({ method: "POST", url: "/", payload: "{}", headers });
  expect([statusCode, JSON.parse(body).error]).toEqual([
    415,
    { code: "unsupported_media_type", message: expect.stringContaining(message) },
  ]);
});

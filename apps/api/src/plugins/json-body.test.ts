import { fastify } from "fastify";
import { expect, test } from "vitest";
import type { Scope } from "../scope.ts";
import { replyWithErrors } from "./error-reply.ts";
import { acceptJsonBodies } from "./json-body.ts";

async function send(payload: string | Buffer, contentType = "application/json") {
  const app = fastify({ bodyLimit: 4096 }) as unknown as Scope;
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
  "[1e2,1234567890123456789]",
])("numbers a double cannot hold keep their text: %s", async (payload) => {
  expect(await send(payload)).toEqual({ status: 200, body: `{"body":${payload}}` });
});

test.each([
  ["{broken", 400, "invalid_json", "the body is not valid JSON (at position 1)"],
  ["", 400, "invalid_json", "the body is empty"],
  [Buffer.from([0x22, 0xff, 0x22]), 400, "invalid_json", "not valid UTF-8"],
  ['{"__proto__":{"admin":true}}', 400, "invalid_json", "poison"],
  ['{"constructor":{"prototype":{}}}', 400, "invalid_json", "poison"],
  ["[".repeat(600) + "12345678901234567890" + "]".repeat(600), 400, "invalid_json", "nested deeper than 512 levels"],
  [JSON.stringify("x".repeat(4096)), 413, "body_too_large", "larger than 4096 bytes (api.body_limit)"],
])("%s is refused with %i %s", async (payload, status, code, message) => {
  const answer = await send(payload);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body)).toEqual({ error: { code, message: expect.stringContaining(message) } });
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

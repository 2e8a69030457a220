import { once } from "node:events";
import type { Server } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import type { AddressInfo } from "node:net";
import { createHttpServer } from "@switchyard/runtime/http-server";
import { createLogger } from "@switchyard/runtime/logger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hubsOwnKey } from "../access/api-keys.ts";
import type { RpcCommand } from "../rpc/rpc-command.ts";
import { serveCallsDirectly } from "./direct-calls.ts";

const framework = 299;
const draining = new AbortController();
const echo: RpcCommand = {
  method: "echo",
  schema: { "x-retry": "safe" },
  keepsPlace: () => false,
  call: async (params) => {
    if (params === "defect") throw new TypeError("of ours");
    return { params };
  },
};
let server: Server;

beforeAll(async () => {
  const deps = {
    commands: new Map([
      ["echo", { command: echo, needs: "info" as const }],
      ["forbidden", { command: echo, needs: "publish" as const }],
    ]),
    keys: {
      find: (given: string) =>
        given === "k" ? { ...hubsOwnKey, allows: (scope: string) => scope === "info" } : undefined,
    },
    record: () => undefined,
    logger: createLogger({ app: "test", level: "silent" }),
    bodyMaxBytes: 100,
    draining: draining.signal,
  };
  server = createHttpServer(serveCallsDirectly(deps, (_, response) => response.writeHead(framework).end()));
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => server.close());

const usual = ["Host: a", "X-API-Key: k", "Content-Type: application/json"];

/** The last answer to these bytes, over one connection. */
async function send(line: string, headers: readonly string[], body = ""): Promise<{ status: number; text: string }> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const length = body === "" ? [] : [`Content-Length: ${body.length}`];
  socket.write([line, ...headers, ...length, "Connection: close", "", body].join("\r\n"));
  const answer = await text(socket);
  return { status: Number(answer.split(" ")[1]), text: answer };
}

test("a call is answered without the framework, however its body is cut", async () => {
  expect(await send("POST /api/echo HTTP/1.1", usual, '{"a":1}')).toMatchObject({
    status: 200,
    text: expect.stringContaining('{"result":{"params":{"a":1}}}'),
  });
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const head = ["POST /api/echo HTTP/1.1", ...usual, "Content-Length: 7", "Connection: close", "", '{"a'].join("\r\n");
  socket.write(head, () => setImmediate(() => socket.write('":1}')));
  expect(await text(socket)).toContain('{"result":{"params":{"a":1}}}');
});

test("a defect of ours is told as one", async () => {
  const answer = await send("POST /api/echo HTTP/1.1", usual, '"defect"');
  expect(answer.status).toBe(500);
  expect(answer.text).toMatch(
    /"code":100,"message":"internal server error; the log has the cause under request id [\da-f-]{36}"/,
  );
});

const others: readonly (readonly [why: string, line: string, headers?: readonly string[], body?: string])[] = [
  ["another method", "PUT /api/echo HTTP/1.1"],
  ["another path", "POST /api/ech HTTP/1.1"],
  ["a query", "POST /api/echo?x=1 HTTP/1.1"],
  ["no key", "POST /api/echo HTTP/1.1", ["Host: a", "Content-Type: application/json"]],
  ["a key without the scope", "POST /api/forbidden HTTP/1.1"],
  ["no type", "POST /api/echo HTTP/1.1", usual.slice(0, 2)],
  ["a packed body", "POST /api/echo HTTP/1.1", [...usual, "Content-Encoding: gzip"]],
  ["no body", "POST /api/echo HTTP/1.1", usual, ""],
  ["chunks", "POST /api/echo HTTP/1.1", [...usual, "Transfer-Encoding: chunked"], ""],
  ["a body over the bound", "POST /api/echo HTTP/1.1", usual, `"${"x".repeat(100)}"`],
];

const named = others.map(([why, line, headers = usual, body = "{}"]) => ({ why, line, headers, body }));
test.each(named)("$why is the framework's", async ({ line, headers, body }) => {
  expect((await send(line, headers, body)).status).toBe(framework);
});

test("while the process drains, an answer ends its connection", async () => {
  draining.abort();
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write(["POST /api/echo HTTP/1.1", ...usual, "Content-Length: 2", "", "{}"].join("\r\n"));
  expect(await text(socket)).toMatch(/^connection: close\r$/im);
});

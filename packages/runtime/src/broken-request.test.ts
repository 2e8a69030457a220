import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { answerBrokenRequest } from "./broken-request.ts";

/** Impatient, so that nobody has to wait for what is tested. */
async function serve(handle: RequestListener = (_request, response) => void response.end()) {
  const impatient = { headersTimeout: 50, requestTimeout: 100, connectionsCheckingInterval: 10 };
  const server = createServer(impatient, handle);
  server.on("clientError", answerBrokenRequest);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (bytes: string) => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.write(bytes);
    return socket;
  };
}

const get = (headers: string) => `GET / HTTP/1.1\r\nHost: a\r\n${headers}`;

test.each([
  ["headers that do not end", get("X: 1\r\n"), 408, "request_timeout"],
  ["a body that does not end", get("Content-Length: 10\r\n\r\nhalf"), 408, "request_timeout"],
  ["headers of 20 kB", get(`X: ${"x".repeat(20_000)}\r\n\r\n`), 431, "head_too_large"],
  ["what is no HTTP", "hello\r\n\r\n", 400, "invalid_request"],
])("%s get an answer in the shape of every other error", async (_what, bytes, status, code) => {
  // Of a body the handler waits for the end, as every one does.
  const send = await serve((request, response) => void request.resume().on("end", () => response.end()));
  const [head = "", body = ""] = (await text(send(bytes))).split("\r\n\r\n");
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}`);
  expect(JSON.parse(body)).toEqual({ error: { code, message: expect.any(String) } });
});

test("what comes behind the request of a stream does not become part of it", async () => {
  const send = await serve((_request, response) => void response.writeHead(200).write("first\n"));
  const socket = send(get("\r\n"));
  await once(socket, "data");
  const rest = text(socket);
  socket.write("no request\r\n\r\n");
  expect(await rest).toBe("");
});

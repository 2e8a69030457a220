import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { freePort } from "@switchyard/provision/free-port";
import { createReleaseStack } from "@switchyard/runtime/release-stack";
import { onTestFinished, expect, test } from "vitest";
import { openPlainPort } from "./plain-port.ts";

/** Stands for the front door, and notes which paths it is asked for. */
function notingServer(paths: string[]): Server {
  const server = createServer((request, response) => {
    paths.push(request.url ?? "");
    response.writeHead(426).end();
  });
  server.on("upgrade", (request: IncomingMessage, socket) => {
    paths.push(request.url ?? "");
    socket.end("HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n");
  });
  return server;
}

test("every path of the port is the plain door of the front door", async () => {
  const paths: string[] = [];
  const stack = createReleaseStack();
  onTestFinished(() => stack.close());
  const port = await freePort();
  const opened = await openPlainPort(stack, notingServer(paths), port);
  expect(opened).toEqual({ door: "plain", address: `ws://127.0.0.1:${port}`, isFree: true });
  expect((await fetch(`http://127.0.0.1:${port}/some/page`)).status).toBe(426);
  const socket = new WebSocket(opened.address);
  await new Promise((resolve) => socket.addEventListener("error", resolve));
  expect(paths).toEqual(["/connection/plain", "/connection/plain"]);
});

test("a port that is taken is told and keeps nobody from starting", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void other.close());
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const stack = createReleaseStack();
  const opened = await openPlainPort(stack, notingServer([]), port);
  expect(opened).toEqual({ door: "plain", address: `ws://127.0.0.1:${port}`, isFree: false });
  await stack.close();
});

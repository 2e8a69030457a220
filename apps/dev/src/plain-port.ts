import type { Server } from "node:http";
import { createHttpServer } from "@switchyard/runtime/http-server";
import { closeServer, listen } from "@switchyard/runtime/listen";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import { StartupError } from "@switchyard/runtime/startup-error";
import type { DoorPort } from "./door-ports.ts";

/** Where the pages of tutorials connect to: `new WebSocket("ws://127.0.0.1:1234")`. */
const tutorialPort = 1234;

/**
 * A port where every path is the gateways' plain door. It is the front door's and no gateway's, so that one port leads to all of
 * them. Where it cannot be had the hub does without it, and the banner says so: somebody's push server may be running there.
 *
 * @param askedPort 0: the one of tutorials
 */
export async function openPlainPort(stack: ReleaseStack, frontDoor: Server, askedPort: number): Promise<DoorPort> {
  const address = { host: "127.0.0.1", port: askedPort === 0 ? tutorialPort : askedPort };
  const port: DoorPort = { door: "plain", address: `ws://${address.host}:${address.port}`, isFree: true };
  const server = createHttpServer((request, response) => {
    request.url = plainPath;
    frontDoor.emit("request", request, response);
  });
  server.on("upgrade", (request, socket, head) => {
    request.url = plainPath;
    frontDoor.emit("upgrade", request, socket, head);
  });
  try {
    await listen(server, address);
  } catch (error) {
    if (error instanceof StartupError) return { ...port, isFree: false };
    throw error;
  }
  stack.defer("plain port", () => void closeServer(server));
  return port;
}

const plainPath = "/connection/plain";

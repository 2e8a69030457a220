import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refuseRequest } from "./http-handler.ts";
import { closeTimeoutMs } from "./socket-deadline.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** A server that refuses what is not asked by GET of /stream, which is answered by what does not end; and one connection to it. */
async function openConnection() {
  const server = createServer((request, response) => {
    if (request.url === "/stream") response.write("begun");
    else refuseRequest(request, response, { status: 405, reason: "no" });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [serverSide] = (await accepted) as [{ destroyed: boolean; listenerCount(name: string): number }];
  const say = async (text: string) => {
    socket.write(text);
    const [bytes] = (await once(socket, "data")) as [Buffer];
    return bytes.toString();
  };
  const close = () => {
    socket.destroy();
    server.close();
  };
  return { say, serverSide, close };
}

test.each([
  ["without a body", "PUT / HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["with a body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"],
])("what a proxy sends over a connection behind a refusal %s lives on", async (_, refused) => {
  const { say, serverSide, close } = await openConnection();
  const listeners = serverSide.listenerCount("close");
  expect(await say(refused)).toContain("405");
  expect(await say("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")).toContain("begun");
  vi.advanceTimersByTime(2 * closeTimeoutMs);
  expect(serverSide.destroyed).toBe(false);
  expect(serverSide.listenerCount("close")).toBeLessThanOrEqual(listeners + 1);
  close();
});

test("a peer that is refused and does not end its body is cut off", async () => {
  const { say, serverSide, close } = await openConnection();
  expect(await say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")).toContain("405");
  vi.advanceTimersByTime(closeTimeoutMs);
  expect(serverSide.destroyed).toBe(true);
  close();
});

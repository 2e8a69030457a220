import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { createConnectionGate } from "./connection-gate.ts";

const limits = { connection_rate_limit: 0, ip_connection_limit: 0, trusted_proxies: [] as string[] };

/** The socket is what a gate watches: `close` gives the place back. */
function arrival(remoteAddress: string) {
  const socket = Object.assign(new EventEmitter(), { remoteAddress });
  return { socket, request: { headers: {}, socket } as unknown as IncomingMessage };
}

test("one address gets its number of connections, another its own, and closing makes room", () => {
  const gate = createConnectionGate({ ...limits, ip_connection_limit: 2 });
  const held = [arrival("203.0.113.9"), arrival("203.0.113.9")];
  for (const { request } of held) expect(gate.enter(request)).toBeUndefined();
  expect(gate.enter(arrival("203.0.113.9").request)).toMatchObject({ status: 429, retryAfterSeconds: 1 });
  expect(gate.enter(arrival("203.0.113.10").request)).toBeUndefined();
  held[0]?.socket.emit("close");
  expect(gate.enter(arrival("203.0.113.9").request)).toBeUndefined();
  expect(gate.enter(arrival("203.0.113.9").request)).toMatchObject({ status: 429 });
});

test("a crowd is let in at the rate, the others are told when to come back", () => {
  const gate = createConnectionGate({ ...limits, connection_rate_limit: 10 });
  const answers = Array.from({ length: 1_000 }, () => gate.enter(arrival("203.0.113.9").request));
  expect(answers.filter((refusal) => refusal === undefined).length).toBeLessThan(20);
  expect(answers.at(-1)).toEqual({
    status: 503,
    reason: "more than 10 new connections per second",
    retryAfterSeconds: 1,
  });
});

test("without limits nothing is counted and nobody is refused", () => {
  const gate = createConnectionGate(limits);
  const { socket, request } = arrival("203.0.113.9");
  expect(gate.enter(request)).toBeUndefined();
  expect(socket.listenerCount("close")).toBe(0);
});

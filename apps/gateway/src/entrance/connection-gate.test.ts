import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { createConnectionGate } from "./connection-gate.ts";

const limits = { connection_rate_limit: 0, ip_connection_limit: 0, trusted_proxies: [] as string[] };

/** The socket is what a gate watches: `close` gives the place back. */
function arrival(remoteAddress: string, forwarded?: string) {
  const socket = Object.assign(new EventEmitter(), { remoteAddress }) as unknown as Socket;
  const request = { headers: { "x-forwarded-for": forwarded }, socket } as unknown as IncomingMessage;
  return { socket, request };
}

test("one address gets its number of connections, another its own, and closing makes room", () => {
  const gate = createConnectionGate({ ...limits, ip_connection_limit: 2 });
  const held = [arrival("203.0.113.9"), arrival("203.0.113.9")];
  for (const { request } of held) expect(gate.enter(request)).toBeUndefined();
  const refused = arrival("203.0.113.9");
  expect(gate.enter(refused.request)).toMatchObject({ status: 429, headers: { "Retry-After": "1" } });
  expect(gate.enter(arrival("203.0.113.10").request)).toBeUndefined();
  refused.socket.emit("close");
  held[0]?.socket.emit("close");
  expect(gate.enter(arrival("203.0.113.9").request)).toBeUndefined();
  expect(gate.enter(arrival("203.0.113.9").request)).toMatchObject({ status: 429 });
});

test("sockets that say nothing, and those that were refused, count for their address while they live", () => {
  const gate = createConnectionGate({ ...limits, ip_connection_limit: 2 });
  const silent = [arrival("203.0.113.9"), arrival("203.0.113.9")];
  for (const { socket } of silent) gate.arrive(socket);
  const refused = arrival("203.0.113.9");
  gate.arrive(refused.socket);
  expect(gate.enter(refused.request)).toMatchObject({ status: 429 });
  silent[0]?.socket.emit("close");
  // Two are left: a silent one and the refused one.
  expect(gate.enter(arrival("203.0.113.9").request)).toMatchObject({ status: 429 });
});

test("a socket counts once on its way from the first byte to the WebSocket, and a probe's not at all", () => {
  const gate = createConnectionGate({ ...limits, ip_connection_limit: 1 });
  const probe = arrival("203.0.113.9");
  gate.arrive(probe.socket);
  gate.release(probe.socket);
  const { socket, request } = arrival("203.0.113.9");
  gate.arrive(socket);
  expect(gate.enter(request)).toBeUndefined();
  socket.emit("close");
  expect(gate.enter(arrival("203.0.113.9").request)).toBeUndefined();
});

test("a trusted proxy's own sockets count for nobody until it says for whom", () => {
  const gate = createConnectionGate({ ...limits, ip_connection_limit: 1, trusted_proxies: ["10.0.0.0/8"] });
  for (let count = 0; count < 10; count++) gate.arrive(arrival("10.0.0.1").socket);
  const through = (client: string) => {
    const { socket, request } = arrival("10.0.0.1", client);
    gate.arrive(socket);
    return gate.enter(request);
  };
  expect(through("203.0.113.9")).toBeUndefined();
  expect(through("203.0.113.10")).toBeUndefined();
  expect(through("203.0.113.9")).toMatchObject({ status: 429 });
});

test("a crowd is let in at the rate, the others are told when to come back", () => {
  const gate = createConnectionGate({ ...limits, connection_rate_limit: 10 });
  const answers = Array.from({ length: 1_000 }, () => gate.takeTurn());
  expect(answers.filter((refusal) => refusal === undefined).length).toBeLessThan(20);
  expect(answers.at(-1)).toEqual({
    status: 503,
    reason: "more than 10 new connections per second",
    headers: { "Retry-After": "1" },
  });
});

test("without limits nothing is counted and nobody is refused", () => {
  const gate = createConnectionGate(limits);
  const { socket, request } = arrival("203.0.113.9");
  gate.arrive(socket);
  expect([gate.enter(request), gate.takeTurn()]).toEqual([undefined, undefined]);
  expect(socket.listenerCount("close")).toBe(0);
});

import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../eventually.ts";
import { startBalancer } from "./balancer.ts";
import { startTcpProxy } from "./tcp-proxy.ts";

/** Says its name and what it hears. */
async function startEcho(name: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined).on("data", (chunk: Buffer) => socket.write(`${name}:${chunk.toString()}`));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

function talk(port: number): { socket: Socket; heard: () => string; ended: Promise<boolean> } {
  const socket = connect(port, "127.0.0.1");
  let heard = "";
  socket.on("data", (chunk) => (heard += chunk)).on("error", () => undefined);
  return { socket, heard: () => heard, ended: new Promise((resolve) => socket.once("close", resolve)) };
}

let first: Server;
let second: Server;
beforeAll(async () => {
  first = await startEcho("first");
  second = await startEcho("second");
});
afterAll(() => void [first, second].map((server) => server.close()));

test("a cut-off connection stays open and silent, and after healing everything arrives in order", async () => {
  const proxy = await startTcpProxy({ route: () => [portOf(first)] });
  const peer = talk(proxy.port);
  peer.socket.write("a");
  await eventually(() => expect(peer.heard()).toBe("first:a"));
  proxy.blackhole();
  peer.socket.write("b");
  const late = talk(proxy.port);
  late.socket.write("c");
  await eventually(() => expect(proxy.accepted).toBe(2));
  expect(peer.heard() + late.heard()).toBe("first:a");
  proxy.heal();
  await eventually(() => expect([peer.heard(), late.heard()]).toEqual(["first:afirst:b", "first:c"]));
  await proxy.close();
  await Promise.all([peer.ended, late.ended]);
});

test("only connections whose opening matches are cut off or reset", async () => {
  const proxy = await startTcpProxy({ route: () => [portOf(first)] });
  const [held, reset, free] = [talk(proxy.port), talk(proxy.port), talk(proxy.port)];
  for (const [peer, name] of [
    [held, "held"],
    [reset, "reset"],
    [free, "free"],
  ] as const)
    peer.socket.write(name);
  await eventually(() => expect(held.heard() + reset.heard() + free.heard()).toBe("first:heldfirst:resetfirst:free"));
  proxy.blackhole((opening) => opening === "held");
  proxy.reset((opening) => opening === "reset");
  await reset.ended;
  held.socket.write("1");
  free.socket.write("1");
  await eventually(() => expect(free.heard()).toBe("first:freefirst:1"));
  expect(held.heard()).toBe("first:held");
  await proxy.close();
});

test("the end of a server is hidden while cut off, and told afterwards", async () => {
  const doomed = await startEcho("doomed");
  const proxy = await startTcpProxy({ route: () => [portOf(doomed)] });
  const accepted = once(doomed, "connection") as Promise<[Socket]>;
  const peer = talk(proxy.port);
  peer.socket.write("a");
  await eventually(() => expect(peer.heard()).toBe("doomed:a"));
  proxy.blackhole();
  const [serverSide] = await accepted;
  serverSide.resetAndDestroy();
  peer.socket.write("b");
  await eventually(() => expect(serverSide.destroyed).toBe(true));
  expect(peer.socket.destroyed).toBe(false);
  proxy.heal();
  await peer.ended;
  doomed.close();
  await proxy.close();
});

test("a balancer takes turns, and passes a dead server by", async () => {
  const dead = await startEcho("dead");
  const deadPort = portOf(dead);
  dead.close();
  await once(dead, "close");
  const balancer = await startBalancer(() => [portOf(first), deadPort, portOf(second)]);
  const peers = [talk(balancer.port), talk(balancer.port), talk(balancer.port)];
  for (const peer of peers) peer.socket.write("x");
  await eventually(() =>
    expect(peers.map((peer) => peer.heard()).toSorted()).toEqual(["first:x", "second:x", "second:x"]),
  );
  for (const peer of peers) peer.socket.destroy();
  await balancer.close();
});

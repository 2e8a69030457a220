import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { connectPeer } from "./centrifuge-peer.ts";

let server: WebSocketServer;
let url: string;
let pongs = 0;

beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Answers every frame with a push, a ping and an echo of each command, all in one frame.
  server.on("connection", (socket) =>
    socket.on("message", (data) => {
      const text = (data as Buffer).toString();
      if (text === "{}") return void pongs++;
      if (text === "bye") return socket.close(3500, "invalid token");
      socket.send([`{"push":{"channel":"news","pub":{"data":1}}}`, "{}", ...text.split("\n")].join("\n"));
    }),
  );
});
afterAll(() => server.close());

test("tells replies, pushes and pings of one frame apart", async () => {
  const peer = await connectPeer(url);
  expect(await peer.call({ rpc: {} })).toEqual({ id: 1, rpc: {} });
  peer.send({ id: 7, a: 1 }, { id: 8, b: 2 });
  expect(await peer.reply(8)).toEqual({ id: 8, b: 2 });
  expect(await peer.nextPush((push) => push["channel"] === "news")).toMatchObject({ pub: { data: 1 } });
  expect(peer.pings).toBe(2);
  expect(peer.frames).toHaveLength(2);
  await peer.close();
  expect(pongs).toBe(2);
});

test("leaves pings unanswered when told to", async () => {
  pongs = 0;
  const peer = await connectPeer(url, { answersPings: false });
  await peer.call({ rpc: {} });
  await peer.call({ rpc: {} });
  await peer.close();
  expect(peer.pings).toBe(2);
  expect(pongs).toBe(0);
});

test("gives the code and the reason the server closed with", async () => {
  const peer = await connectPeer(url);
  peer.sendRaw("bye");
  expect(await peer.closed).toEqual({ code: 3500, reason: "invalid token" });
});

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Redis } from "ioredis";
import { WebSocketServer, type WebSocket } from "ws";
import { serveCalls } from "../process/serve-calls.ts";

/**
 * The least a Node process can do to bring a Redis message to its clients: for each message, `send` to each client. No
 * protocol, no history, no limits: what people write first, and the floor any real hub is measured against.
 */
const wsLoopCalls = {
  async listen(options: { redisUrl: string; channels: readonly string[] }): Promise<{ port: number }> {
    const clients = new Map(options.channels.map((channel) => [channel, new Set<WebSocket>()]));
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
    server.on("connection", (socket, request) => {
      const channel = new URL(request.url ?? "/", "ws://localhost").searchParams.get("channel") ?? "";
      const members = clients.get(channel) ?? new Set();
      if (!clients.has(channel)) void redis.subscribe(channel);
      clients.set(channel, members.add(socket));
      socket.on("close", () => members.delete(socket));
    });
    const redis = new Redis(options.redisUrl);
    redis.on("messageBuffer", (channel: Buffer, message: Buffer) => {
      for (const socket of clients.get(channel.toString()) ?? []) socket.send(message, { binary: false });
    });
    await redis.subscribe(...options.channels);
    if (server.address() === null) await once(server, "listening");
    return { port: (server.address() as AddressInfo).port };
  },
};
export type WsLoopCalls = typeof wsLoopCalls;

serveCalls(wsLoopCalls);

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdapter } from "@socket.io/redis-adapter";
import { Redis } from "ioredis";
import { Server } from "socket.io";
import { serveCalls } from "../process/serve-calls.ts";

/** Socket.IO as its documentation sets it up for several nodes: the Redis adapter, a room per channel. */
const socketIoCalls = {
  async listen(options: { redisUrl: string }): Promise<{ port: number }> {
    const http = createServer();
    const adapter = createAdapter(new Redis(options.redisUrl), new Redis(options.redisUrl));
    const server = new Server(http, { adapter, transports: ["websocket"] });
    server.on("connection", (socket) => socket.join(String(socket.handshake.query["channel"])));
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    return { port: (http.address() as AddressInfo).port };
  },
};
export type SocketIoCalls = typeof socketIoCalls;

serveCalls(socketIoCalls);

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { createAdapter } from "@socket.io/redis-adapter";
import { Redis } from "ioredis";
import { Server } from "socket.io";
import { serveCalls } from "../../process/serve-calls.ts";

const socketIoHttpCalls = {
  async listen(options: { redisUrl: string }): Promise<{ port: number }> {
    const http = createServer((request, response) => void answer(request, response));
    async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const messages = (await json(request)) as readonly { readonly channel: string; readonly data: unknown }[];
      for (const { channel, data } of messages) server.to(channel).emit("message", data);
      response.writeHead(200, { "content-type": "application/json", "content-length": 2 }).end("{}");
    }
    const adapter = createAdapter(new Redis(options.redisUrl), new Redis(options.redisUrl));
    const server = new Server(http, { adapter, transports: ["websocket"] });
    server.on("connection", (socket) => socket.join(String(socket.handshake.query["channel"])));
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    return { port: (http.address() as AddressInfo).port };
  },
};
export type SocketIoHttpCalls = typeof socketIoHttpCalls;

serveCalls(socketIoHttpCalls);

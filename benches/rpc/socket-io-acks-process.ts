import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { serveCalls } from "../process/serve-calls.ts";

/** Socket.IO, whose server answers in the process that has the sockets: what an rpc costs where nothing is behind it. */
const socketIoAcksCalls = {
  async listen(): Promise<{ port: number }> {
    const http = createServer();
    new Server(http, { transports: ["websocket"] }).on("connection", (socket) => {
      socket.on("rpc", (data: unknown, answer: (reply: unknown) => void) => answer({ ok: true, echo: data }));
    });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    return { port: (http.address() as AddressInfo).port };
  },
};
export type SocketIoAcksCalls = typeof socketIoAcksCalls;

serveCalls(socketIoAcksCalls);

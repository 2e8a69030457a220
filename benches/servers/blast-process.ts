import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer } from "ws";
import { monotonicUs } from "../machine/monotonic-us.ts";
import { createPayload } from "../publish/payload.ts";
import { serveCalls } from "../process/serve-calls.ts";

/**
 * Not a hub: it writes the same ready-made bytes to every connection as fast as the sockets take them. What the clients
 * count then is what the *clients* can take, the ceiling below which a figure says something about the server.
 */
const blastCalls = {
  /** `framesPerWrite` frames of `linesPerFrame` messages each leave in one write. */
  async listen(options: { linesPerFrame: number; framesPerWrite: number }): Promise<{ port: number }> {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
    server.on("connection", (_socket, request) => sockets.push(request.socket));
    await once(server, "listening");
    content = createBytes(options.linesPerFrame, options.framesPerWrite);
    return { port: (server.address() as AddressInfo).port };
  },
  start(): void {
    for (const socket of sockets) pour(socket);
  },
};
export type BlastCalls = typeof blastCalls;

const sockets: Socket[] = [];
let content: Buffer = Buffer.alloc(0);

function pour(socket: Socket): void {
  socket.on("error", () => undefined);
  const next = () => {
    if (socket.destroyed) return;
    // One write per socket and turn, as a fair server does it.
    if (socket.write(content)) setImmediate(next);
    else socket.once("drain", next);
  };
  next();
}

/** As our gateway's frames: the same JSON around the same 100 bytes. */
function createBytes(linesPerFrame: number, framesPerWrite: number): Buffer {
  const line = JSON.stringify({ push: { channel: "bench", pub: { data: createPayload(monotonicUs()) } } });
  const payload = Buffer.from(Array.from({ length: linesPerFrame }, () => line).join("\n"));
  const header = Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat(Array.from({ length: framesPerWrite }, () => [header, payload]).flat());
}

serveCalls(blastCalls);

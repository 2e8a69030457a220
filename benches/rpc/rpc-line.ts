import { once } from "node:events";
import { mintToken } from "@switchyard/testkit/mint-token";
import { WebSocket } from "ws";
import { tokenSecret } from "../servers/token-secret.ts";

/** One connection that calls, and has its answers by the number of the call. */
export interface RpcLine {
  /** Resolves when the answer is there. @throws when it is an error. */
  call(data: unknown): Promise<void>;
  close(): void;
}

interface Wire {
  readonly path: string;
  readonly greeting: string;
  /** Of the frame that says the line may be used. */
  readonly isReady: (frame: string) => boolean;
  readonly encode: (id: number, data: unknown) => string;
  /** The calls a frame answers; undefined among them: an error. */
  readonly answers: (frame: string) => readonly (number | undefined)[];
  readonly ping: string;
  readonly pong: string;
}

const centrifuge: Wire = {
  path: "/connection/websocket",
  greeting: JSON.stringify({ id: 1, connect: { token: mintToken(tokenSecret, { sub: "bench" }) } }),
  isReady: (frame) => frame.includes('"connect"'),
  encode: (id, data) => JSON.stringify({ id, rpc: { method: "bench:test", data } }),
  answers: (frame) =>
    frame.split("\n").flatMap((line) => {
      const { id, rpc } = JSON.parse(line) as { readonly id?: number; readonly rpc?: object };
      return id === undefined ? [] : [rpc === undefined ? undefined : id];
    }),
  ping: "{}",
  pong: "{}",
};

const socketIo: Wire = {
  path: "/socket.io/?EIO=4&transport=websocket",
  greeting: "40",
  isReady: (frame) => frame.startsWith("40{"),
  encode: (id, data) => `42${id}${JSON.stringify(["rpc", data])}`,
  answers: (frame) => (frame.startsWith("43") ? [Number.parseInt(frame.slice(2), 10)] : []),
  ping: "2",
  pong: "3",
};

export const wires = { centrifuge, socketIo };

export async function openRpcLine(port: number, wire: Wire): Promise<RpcLine> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${wire.path}`);
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  const ready = Promise.withResolvers<void>();
  let lastId = 1;
  socket.on("message", (bytes: Buffer) => {
    const frame = bytes.toString();
    if (frame === wire.ping) socket.send(wire.pong);
    else if (wire.isReady(frame)) ready.resolve();
    else for (const id of wire.answers(frame)) settle(id, frame);
  });
  function settle(id: number | undefined, frame: string): void {
    if (id === undefined) throw new Error(`not an answer: ${frame.slice(0, 200)}`);
    waiting.get(id)?.resolve();
    waiting.delete(id);
  }
  await once(socket, "open");
  socket.send(wire.greeting);
  await ready.promise;
  return {
    call(data) {
      const answer = Promise.withResolvers<void>();
      waiting.set(++lastId, answer);
      socket.send(wire.encode(lastId, data));
      return answer.promise;
    },
    close: () => socket.terminate(),
  };
}

import { once } from "node:events";
import { WebSocket } from "ws";

type Json = Record<string, unknown>;

/** What one command came to: the code of an error, 0 for an answer, or the code its line was closed with. */
export interface Told {
  readonly hook: "connect" | "subscribe" | "publish";
  readonly code: number;
  readonly isClosed: boolean;
  readonly afterMs: number;
}

/** A client that asks for one thing after the other; where its line ends it opens another. */
export interface Asker {
  ask(hook: Told["hook"], request: Json): Promise<Told>;
  close(): void;
}

/**
 * @param token of its line; each `connect` is a line of its own
 * @param reconnects opens a line for each command
 */
export function createAsker(url: string, token: string, reconnects: boolean): Asker {
  let line: Line | undefined;

  async function open(): Promise<Line> {
    const opened = await openLine(url);
    await opened.call({ connect: { token } });
    return opened;
  }

  return {
    async ask(hook, request) {
      const startedAtMs = performance.now();
      const told = (code: number, isClosed = false): Told => ({
        hook,
        code,
        isClosed,
        afterMs: performance.now() - startedAtMs,
      });
      if (hook === "connect") {
        const stranger = await openLine(url);
        const reply = await stranger.call({ connect: request });
        stranger.socket.terminate();
        return typeof reply === "number" ? told(reply, true) : told(codeOf(reply));
      }
      line ??= await open();
      const reply = await line.call({ [hook]: request });
      if (reconnects) line.socket.terminate();
      if (reconnects || typeof reply === "number") line = undefined;
      return typeof reply === "number" ? told(reply, true) : told(codeOf(reply));
    },
    close: () => line?.socket.terminate(),
  };
}

interface Line {
  readonly socket: WebSocket;
  /** The reply, or the code the line was closed with. */
  call(command: Json): Promise<Json | number>;
}

async function openLine(url: string): Promise<Line> {
  const socket = new WebSocket(url);
  const waiting = new Map<number, (reply: Json | number) => void>();
  let id = 0;
  socket.on("error", () => undefined);
  socket.on("close", (code) => waiting.forEach((settle) => settle(code)));
  socket.on("message", (data: Buffer) => {
    for (const text of data.toString().split("\n")) {
      const message = JSON.parse(text) as Json;
      if (Object.keys(message).length === 0) socket.send("{}");
      waiting.get(message["id"] as number)?.(message);
      waiting.delete(message["id"] as number);
    }
  });
  await once(socket, "open");
  return {
    socket,
    call(command) {
      id += 1;
      const { promise, resolve } = Promise.withResolvers<Json | number>();
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, ...command }));
      return promise;
    },
  };
}

function codeOf(reply: Json): number {
  return (reply["error"] as { readonly code: number } | undefined)?.code ?? 0;
}

import { eventually } from "@switchyard/testkit/eventually";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";

/** A WebSocket as a page without an SDK has it. */
export interface PlainClient {
  readonly socket: WebSocket;
  /** One for each frame. */
  readonly messages: readonly string[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  /** The status of a refused upgrade; undefined once it is open. */
  readonly refused: Promise<number | undefined>;
}

/** Opens one and says `first` when it is open; it ends with the test. */
export function openPlain(url: string, first?: string, options: object = {}): PlainClient {
  const socket = new WebSocket(url, options);
  const messages: string[] = [];
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  const refused = Promise.withResolvers<number | undefined>();
  socket.on("message", (data: Buffer, isBinary) => messages.push(isBinary ? "binary" : data.toString()));
  socket.on("close", (code, reason) => closed.resolve({ code, reason: reason.toString() }));
  socket.on("unexpected-response", (_request, response) => refused.resolve(response.statusCode));
  socket.on("error", () => undefined);
  socket.once("open", () => {
    refused.resolve(undefined);
    if (first !== undefined) socket.send(first);
  });
  onTestFinished(() => socket.terminate());
  return { socket, messages, closed: closed.promise, refused: refused.promise };
}

/** Nothing tells such a client that it is in, so it is asked whether a message arrives. */
export async function expectReached(client: PlainClient, push: (data: string) => Promise<unknown>): Promise<void> {
  await eventually(async () => {
    await push("are you there");
    if (!client.messages.includes("are you there")) throw new Error("it has not come yet");
  });
}

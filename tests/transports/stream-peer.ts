import type { IncomingMessage } from "node:http";
import { eventually } from "@switchyard/testkit/eventually";
import { openStreamLine, type StreamLine, type StreamLineOptions } from "@switchyard/testkit/stream-line";

type Json = Record<string, unknown>;

/** A client by hand on a stream: says what it is told, answers pings, keeps everything. */
export interface StreamPeer extends StreamLine {
  /** Sends one command under the next id and resolves to its reply. */
  call(command: Json): Promise<Json>;
  reply(id: number): Promise<Json>;
  readonly messages: readonly Json[];
  readonly pushes: readonly Json[];
  /** Refused uplinks. */
  readonly refusals: readonly { status: number; body: string }[];
  /** Status and headers of the stream. */
  readonly head: Promise<IncomingMessage>;
  readonly closed: Promise<{ code: number; reason: string }>;
}

export interface StreamPeerOptions extends Omit<StreamLineOptions, "opening"> {
  readonly token: string;
  /** Instead of a connect command. */
  readonly opening?: string;
  readonly answersPings?: boolean;
}

export function openStreamPeer({ token, answersPings = true, ...options }: StreamPeerOptions): StreamPeer {
  const messages: Json[] = [];
  const refusals: { status: number; body: string }[] = [];
  const head = Promise.withResolvers<IncomingMessage>();
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  const opening = options.opening ?? JSON.stringify({ id: 1, connect: { token } });
  const line = openStreamLine(
    { ...options, opening },
    {
      opened: head.resolve,
      message(text) {
        const message = JSON.parse(text) as Json;
        messages.push(message);
        if (answersPings && Object.keys(message).length === 0) line.send("{}");
      },
      closed: (code, reason) => closed.resolve({ code, reason }),
      refused: (status, body) => void refusals.push({ status, body }),
    },
  );
  let lastId = 1;
  const reply = (id: number) =>
    eventually(() => {
      const found = messages.find((message) => message["id"] === id);
      if (found === undefined) throw new Error(`no reply to ${id} in ${JSON.stringify(messages.slice(-5))}`);
      return found;
    });
  return {
    ...line,
    messages,
    refusals,
    get pushes() {
      return messages.flatMap(({ push }) => (push === undefined ? [] : [push as Json]));
    },
    head: head.promise,
    closed: closed.promise,
    reply,
    call(command) {
      lastId += 1;
      line.send(JSON.stringify({ id: lastId, ...command }));
      return reply(lastId);
    },
  };
}

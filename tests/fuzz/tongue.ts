import type { CommandFuzzer } from "@switchyard/testkit/frame-fuzzer";
import { createJsonFuzzer } from "@switchyard/testkit/json-fuzzer";
import { createProtobufFuzzer, protobufConnect, protobufRpc } from "@switchyard/testkit/protobuf-fuzzer";
import { varint } from "@switchyard/testkit/protobuf-writer";

/** One form of the client protocol, as far as an attacker speaks it. What is received is looked at byte by byte, as latin1. */
export interface Tongue {
  /** Where a WebSocket of this form is opened, and what its frames are: 1 text, 2 binary. */
  readonly path: string;
  readonly opcode: number;
  /** What stands between commands of one frame. */
  readonly between: Buffer;
  /** Of a body that opens a stream or is an uplink. */
  readonly mediaType: string;
  connect(id: number, token: string): Buffer;
  isConnected(received: string): boolean;
  /** Session and node, which an emulated connection is told by the reply to its connect. */
  addressIn(received: string): { readonly session: string; readonly node: string } | undefined;
  /** A right command, which is answered by error 108 when all before it are answered. */
  ask(id: number): Buffer;
  isAnswered(received: string, id: number): boolean;
  fuzzer(random: () => number): CommandFuzzer;
}

export const json: Tongue = {
  path: "/connection/websocket",
  opcode: 1,
  between: Buffer.from("\n"),
  mediaType: "application/json",
  connect: (id, token) => Buffer.from(JSON.stringify({ id, connect: { token } })),
  isConnected: (received) => received.includes('{"id":1,"connect"'),
  addressIn: (received) => addressOf(/"session":"([^"]+)"/.exec(received), /"node":"([^"]+)"/.exec(received)),
  ask: (id) => Buffer.from(`{"id":${id},"rpc":{}}`),
  isAnswered: (received, id) => received.includes(`{"id":${id},"error"`),
  fuzzer: createJsonFuzzer,
};

/** Replies are told by their tags: 1 the id, 2 the error with its code in field 1, 5 the answer to `connect`. */
export const protobuf: Tongue = {
  path: "/connection/websocket?format=protobuf",
  opcode: 2,
  between: Buffer.alloc(0),
  mediaType: "application/octet-stream",
  connect: protobufConnect,
  isConnected: (received) => received.includes("\x08\x01\x2a"),
  addressIn: (received) => addressOf(/\x4a\x24([-\da-f]{36})/.exec(received), /\x52\x24([-\da-f]{36})/.exec(received)),
  ask: protobufRpc,
  isAnswered(received, id) {
    const head = `\x08${varint(id).toString("latin1")}\x12`;
    const start = received.lastIndexOf(head);
    // Behind the length of the error, which is one byte.
    return start !== -1 && received.startsWith("\x08\x6c", start + head.length + 1);
  },
  fuzzer: createProtobufFuzzer,
};

function addressOf(session: RegExpExecArray | null, node: RegExpExecArray | null) {
  return session?.[1] === undefined || node?.[1] === undefined ? undefined : { session: session[1], node: node[1] };
}

import { close, frame, filler, ping, textMessage, type WebSocketCase } from "./websocket-case.ts";

const hello = [textMessage("hello")];
const raw = (payload: string | Buffer) => frame(payload, { opcode: 8 });
const part = frame("part", { isFinal: false });
const big = filler(65_536);

/** Codes a peer may close with (RFC 6455, section 7.4), and codes that may not be on the wire. */
const goodCodes = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
const badCodes = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65_535];

/** Section 7: the end of a connection. */
export const closeCases: readonly WebSocketCase[] = [
  {
    id: "7.1.1",
    says: "a message, then close",
    sends: [frame("hello"), close(1000)],
    hears: { echoes: hello, closes: [1000] },
  },
  { id: "7.1.2", says: "two close frames", sends: [close(1000), close(1000)], hears: { closes: [1000] } },
  { id: "7.1.3", says: "a ping behind close", sends: [close(1000), ping()], hears: { closes: [1000] } },
  { id: "7.1.4", says: "a message behind close", sends: [close(1000), frame("no")], hears: { closes: [1000] } },
  {
    id: "7.1.5",
    says: "close within a message",
    sends: [part, close(1000), frame("no", { opcode: 0 })],
    hears: { closes: [1000] },
  },
  {
    id: "7.1.6",
    says: "a large message, close and a ping, in one segment",
    sends: [Buffer.concat([frame(big), frame("hello"), close(1000), ping()])],
    hears: { echoes: [textMessage(big), ...hello], closes: [1000] },
  },
  { id: "7.3.1", says: "close without a code", sends: [raw("")], hears: { closes: ["none"] } },
  { id: "7.3.2", says: "close with half a code", sends: [raw("a")], hears: { closes: [1002] } },
  { id: "7.3.3", says: "close with a code", sends: [close(1000)], hears: { closes: [1000] } },
  { id: "7.3.4", says: "close with a reason", sends: [close(1000, "done")], hears: { closes: [1000] } },
  { id: "7.3.5", says: "the longest reason", sends: [close(1000, filler(123))], hears: { closes: [1000] } },
  { id: "7.3.6", says: "a reason too long", sends: [close(1000, filler(124))], hears: { closes: [1002] } },
  {
    id: "7.5.1",
    says: "a reason that is not UTF-8",
    sends: [close(1000, Buffer.from("61ff62", "hex"))],
    hears: { closes: [1007] },
  },
  ...goodCodes.map((code, index) => ({
    id: `7.7.${index + 1}`,
    says: `close with ${code}`,
    sends: [close(code)],
    hears: { closes: [code] },
  })),
  ...badCodes.map((code, index) => ({
    id: index < 9 ? `7.9.${index + 1}` : `7.13.${index - 8}`,
    says: `close with ${code}`,
    sends: [close(code)],
    hears: { closes: [1002] },
  })),
];

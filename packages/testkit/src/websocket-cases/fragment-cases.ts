import { frame, ping, pong, refused, textMessage, type WebSocketCase } from "./websocket-case.ts";

const first = (payload: string) => frame(payload, { isFinal: false });
const middle = (payload: string) => frame(payload, { opcode: 0, isFinal: false });
const last = (payload: string) => frame(payload, { opcode: 0 });
const whole = [textMessage("onetwo")];
const pinged = [Buffer.from("ping")];
const joined = (sends: readonly Buffer[]) => [Buffer.concat(sends)];

const pingInside = [first("one"), ping("ping"), last("two")];
const twoPings = [first("a"), middle("b"), ping("1"), middle("c"), middle("d"), ping("2"), last("e")];
const [pingOne, pingTwo] = [Buffer.from("1"), Buffer.from("2")];

/** Section 5: messages in pieces, with other frames between them. */
export const fragmentCases: readonly WebSocketCase[] = [
  refused("5.1", "a ping in two frames", { sends: [ping("a", { isFinal: false }), last("b")] }),
  refused("5.2", "a pong in two frames", { sends: [pong("a", { isFinal: false }), last("b")] }),
  { id: "5.3", says: "text in two frames", sends: [first("one"), last("two")], hears: { echoes: whole } },
  { id: "5.4", says: "the same in one segment", sends: joined([first("one"), last("two")]), hears: { echoes: whole } },
  {
    id: "5.5",
    says: "the same, byte by byte",
    sends: [first("one"), last("two")],
    chopBytes: 1,
    hears: { echoes: whole },
  },
  { id: "5.6", says: "a ping between its frames", sends: pingInside, hears: { echoes: whole, pongs: pinged } },
  { id: "5.7", says: "the same in one segment", sends: joined(pingInside), hears: { echoes: whole, pongs: pinged } },
  {
    id: "5.8",
    says: "the same, byte by byte",
    sends: pingInside,
    chopBytes: 1,
    hears: { echoes: whole, pongs: pinged },
  },
  refused("5.9", "a continuation of nothing, that ends, then a message", { sends: [last("no"), frame("yes")] }),
  refused("5.10", "the same in one segment", { sends: joined([last("no"), frame("yes")]) }),
  { ...refused("5.11", "the same, byte by byte", { sends: [last("no"), frame("yes")] }), chopBytes: 1 },
  refused("5.12", "a continuation of nothing, that goes on, then a message", { sends: [middle("no"), frame("yes")] }),
  refused("5.13", "the same in one segment", { sends: joined([middle("no"), frame("yes")]) }),
  { ...refused("5.14", "the same, byte by byte", { sends: [middle("no"), frame("yes")] }), chopBytes: 1 },
  refused("5.15", "a continuation behind the end of a message", {
    sends: [first("one"), last("two"), middle("three"), last("four")],
    hears: { echoes: whole },
  }),
  refused("5.16", "a continuation of nothing before each message, going on", {
    sends: [middle("no"), first("a"), last("b")],
  }),
  refused("5.17", "the same, ending", { sends: [last("no"), first("a"), last("b")] }),
  refused("5.18", "a message within a message", { sends: [first("one"), frame("two")] }),
  {
    id: "5.19",
    says: "text in five frames, pings between them",
    sends: twoPings,
    hears: { echoes: [textMessage("abcde")], pongs: [pingOne, pingTwo] },
  },
  {
    id: "5.20",
    says: "the same in one segment",
    sends: joined(twoPings),
    hears: { echoes: [textMessage("abcde")], pongs: [pingOne, pingTwo] },
  },
];

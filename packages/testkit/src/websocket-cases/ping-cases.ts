import { filler, ping, pong, type WebSocketCase } from "./websocket-case.ts";

const bytes = Buffer.from("00fffefdfcfb00ff", "hex");
const full = filler(125);
const tenth = (index: number) => Buffer.from(`ping ${index}`);
const ten = Array.from({ length: 10 }, (_, index) => tenth(index));

/** Section 2: pings and pongs. */
export const pingCases: readonly WebSocketCase[] = [
  { id: "2.1", says: "a ping without payload", sends: [ping()], hears: { pongs: [Buffer.alloc(0)] } },
  { id: "2.2", says: "a ping with text", sends: [ping("hello")], hears: { pongs: [Buffer.from("hello")] } },
  { id: "2.3", says: "a ping with bytes that are no UTF-8", sends: [ping(bytes)], hears: { pongs: [bytes] } },
  { id: "2.4", says: "a ping of 125 bytes", sends: [ping(full)], hears: { pongs: [full] } },
  { id: "2.5", says: "a ping of 126 bytes", sends: [ping(filler(126))], hears: { closes: [1002] } },
  { id: "2.6", says: "a ping of 125 bytes, byte by byte", sends: [ping(full)], chopBytes: 1, hears: { pongs: [full] } },
  { id: "2.7", says: "a pong nobody asked for", sends: [pong()], hears: {} },
  { id: "2.8", says: "a pong nobody asked for, with a payload", sends: [pong("hello")], hears: {} },
  {
    id: "2.9",
    says: "such a pong, then a ping",
    sends: [pong("no"), ping("yes")],
    hears: { pongs: [Buffer.from("yes")] },
  },
  { id: "2.10", says: "ten pings", sends: ten.map((payload) => ping(payload)), hears: { pongs: ten } },
  {
    id: "2.11",
    says: "ten pings, byte by byte",
    sends: ten.map((payload) => ping(payload)),
    chopBytes: 1,
    hears: { pongs: ten },
  },
];

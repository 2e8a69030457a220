import type { ReceivedPublication } from "../broker.ts";

/**
 * What travels over Redis pub/sub: `<offset>:<epoch>:<timeMs>\n<body>`. scripts/publish.lua writes the header, which is text
 * so that a person with `redis-cli SUBSCRIBE` can read it; the body behind the newline is the publisher's bytes, untouched.
 * No header part can hold a newline, so the first one ends it.
 */
const newline = 0x0a;

/** Undefined for a payload that is not an envelope: somebody else published into our name. */
export function parseEnvelope(payload: Buffer): ReceivedPublication | undefined {
  const end = payload.indexOf(newline);
  if (end === -1) return undefined;
  const [offset = "", epoch = "", timeMs = "", ...rest] = payload.toString("latin1", 0, end).split(":");
  if (rest.length > 0 || !isCount(offset) || !isCount(timeMs)) return undefined;
  return { offset: Number(offset), epoch, timeMs: Number(timeMs), body: payload.subarray(end + 1) };
}

function isCount(text: string): boolean {
  return /^\d{1,16}$/.test(text);
}

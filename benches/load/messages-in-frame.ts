import type { FrameContent } from "./frame-counter.ts";

/**
 * The messages of one whole frame, as latin1 text. A server sends together what it has to say in a turn: a heartbeat may share a frame
 * with the answer to a greeting.
 */
export function messagesInFrame(payload: Buffer, holds: FrameContent): readonly string[] {
  const text = payload.toString("latin1");
  if (holds === "lines") return text.split("\n");
  return holds === "lengths" ? behindLengths(payload).map((message) => message.toString("latin1")) : [text];
}

/** Each with its length before it, as it stands there. */
function behindLengths(payload: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  for (let at = 0; at < payload.length;) {
    const begin = at;
    let [size, bits] = [0, 0];
    let byte = 0;
    do {
      byte = payload[at++] ?? 0;
      size |= (byte & 0x7f) << bits;
      bits += 7;
    } while (byte > 0x7f);
    at += size;
    messages.push(payload.subarray(begin, at));
  }
  return messages;
}

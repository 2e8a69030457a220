import type { PresenceSignal } from "../../presence.ts";

/**
 * What travels over a channel's pub/sub name beside publications: `j` or `l`, a newline, and the `ClientInfo` of whoever
 * joined or left. A publication begins with a digit, so the first byte tells them apart.
 */
const join = 0x6a;
const leave = 0x6c;
const newline = 0x0a;

/** Undefined for anything else. */
export function parsePresenceEnvelope(payload: Buffer): PresenceSignal | undefined {
  const [kind, end] = payload;
  if ((kind !== join && kind !== leave) || end !== newline) return undefined;
  return { kind: kind === join ? "join" : "leave", info: payload.subarray(2) };
}

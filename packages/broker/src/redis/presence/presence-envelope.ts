import type { PresenceSignal } from "../../presence.ts";

/**
 * What travels over a channel's pub/sub name beside publications: `j`, `l` or `L`, a newline, and the `ClientInfo` of whoever
 * joined or left; `L` where that user has no client left there. A publication begins with a digit, so the first byte tells them apart.
 */
const join = 0x6a;
const leave = 0x6c;
const lastLeave = 0x4c;
const newline = 0x0a;

/** Undefined for anything else. */
export function parsePresenceEnvelope(payload: Buffer): PresenceSignal | undefined {
  const [kind, end] = payload;
  if ((kind !== join && kind !== leave && kind !== lastLeave) || end !== newline) return undefined;
  return { kind: kind === join ? "join" : "leave", info: payload.subarray(2), isLast: kind === lastLeave };
}

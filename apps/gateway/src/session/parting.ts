import { disconnectCodes, mayReconnect, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { Parting } from "../carriers/transport.ts";

/** Clients that are sent away together come back at different times of this span. */
const spreadMs = 1_000;

/**
 * Whether a client is told of an end before it comes. Not where nobody would read it: the client takes nothing, or is gone; nor
 * where it has broken the protocol, so that what it makes of a message is unknown. What a back end ends with is always told.
 */
const toldEnds: Readonly<Record<keyof typeof disconnectCodes, boolean>> = {
  shutdown: true,
  serverError: true,
  connectionExpired: true,
  slow: false,
  insufficientState: true,
  noPong: false,
  tooManyRequests: true,
  invalidToken: true,
  badRequest: false,
  stale: false,
  forceDisconnect: true,
  connectionLimit: true,
  channelLimit: true,
  permissionDenied: true,
  notAvailable: false,
};

const untoldCodes = new Set<number>(
  Object.entries(disconnectCodes).flatMap(([name, { code }]) =>
    toldEnds[name as keyof typeof disconnectCodes] ? [] : [code],
  ),
);

export function isTold({ code }: Disconnect): boolean {
  return !untoldCodes.has(code);
}

/** An end with the time to come back, where the code lets a client come back at all. */
export function partingOf(disconnect: Disconnect): Parting {
  const mayComeBack = mayReconnect(disconnect.code);
  return { ...disconnect, reconnectAfterMs: mayComeBack ? Math.round(Math.random() * spreadMs) : null };
}

import { disconnectCodes, mayReconnect, type Disconnect } from "@switchyard/protocol/disconnect-codes";

/**
 * What clients of the Pusher protocol do with a close code: 4000-4099 they stay away for good (4000: they come back by TLS), 4100-4199
 * they come back after a second, 4200-4299 at once, and from 4300 on they stay away for good. They know no jitter, so whoever ends
 * many lines has to pace it.
 */
export const pusherCloses = {
  noApp: { code: 4001, reason: "there is no app with this key" },
  appDisabled: { code: 4003, reason: "this app is disabled" },
  appFull: { code: 4004, reason: "this app has as many connections as it may have" },
  protocolUnsupported: { code: 4007, reason: "this version of the protocol is not supported; use 7" },
  unauthorized: { code: 4009, reason: "this connection is not authorized" },
  overCapacity: { code: 4100, reason: "over capacity; come back in a while" },
  reconnect: { code: 4200, reason: "come back at once" },
  noPong: { code: 4201, reason: "a ping was not answered" },
} as const satisfies Record<string, Disconnect>;

const byCode = new Map<number, Disconnect>([
  [disconnectCodes.serverError.code, pusherCloses.overCapacity],
  [disconnectCodes.slow.code, pusherCloses.overCapacity],
  [disconnectCodes.tooManyRequests.code, pusherCloses.overCapacity],
  // Another gateway may have room.
  [disconnectCodes.connectionLimit.code, pusherCloses.overCapacity],
  [disconnectCodes.noPong.code, pusherCloses.noPong],
]);

/** The hub's reason in this protocol's code: who may come back elsewhere may do so here. The text stays what the back end has said. */
export function pusherClose({ code, reason }: Disconnect): Disconnect {
  const named = byCode.get(code);
  if (named !== undefined) return named;
  return { code: mayReconnect(code) ? pusherCloses.reconnect.code : pusherCloses.unauthorized.code, reason };
}

/**
 * WebSocket close codes the hub sends. The range decides what the SDK does next: 3000-3499 and 4000-4499 reconnect,
 * 3500-3999 and 4500-4999 do not.
 *
 * A reason is never empty, never JSON and at most 123 bytes: the SDK treats an empty or JSON reason as a lost transport and
 * reconnects whatever the code (centrifuge-js, legacy close reasons).
 */
export const disconnectCodes = {
  shutdown: { code: 3001, reason: "shutdown" },
  serverError: { code: 3004, reason: "internal server error" },
  connectionExpired: { code: 3005, reason: "connection expired" },
  slow: { code: 3008, reason: "slow" },
  insufficientState: { code: 3010, reason: "insufficient state" },
  noPong: { code: 3012, reason: "no pong" },
  tooManyRequests: { code: 3013, reason: "too many requests" },
  invalidToken: { code: 3500, reason: "invalid token" },
  badRequest: { code: 3501, reason: "bad request" },
  stale: { code: 3502, reason: "stale" },
  forceDisconnect: { code: 3503, reason: "force disconnect" },
  connectionLimit: { code: 3504, reason: "connection limit" },
  channelLimit: { code: 3505, reason: "channel limit" },
  permissionDenied: { code: 3507, reason: "permission denied" },
  notAvailable: { code: 3508, reason: "not available" },
} as const satisfies Record<string, Disconnect>;

/** Why the server ends a connection. */
export interface Disconnect {
  readonly code: number;
  readonly reason: string;
  /** What exactly, where there is room to say it: in the body of an HTTP refusal and in the log, never in a close frame or a push. */
  readonly detail?: string | undefined;
}

/** What an SDK makes of a close code; codes below 3000 are a lost transport to it. */
export function mayReconnect(code: number): boolean {
  return code < 3500 || (code >= 4000 && code < 4500);
}

/** Codes of an `unsubscribe` push: below 2500 the SDK stays unsubscribed, from 2500 on it subscribes again. */
export const unsubscribeCodes = {
  server: { code: 2000, reason: "server unsubscribe" },
  insufficientState: { code: 2500, reason: "insufficient state" },
  expired: { code: 2501, reason: "subscription expired" },
} as const satisfies Record<string, Disconnect>;

/**
 * Errors a reply can carry. Codes and names are the Centrifuge client protocol's; 400-1999 are free for our own.
 *
 * The SDK gives up on an error unless it is `temporary` (or 109, where it fetches a new token), so `temporary` is a policy,
 * not a description: set it exactly where trying the same thing again can work.
 */
export const errorCodes = {
  internal: { code: 100, message: "internal server error", temporary: true },
  unauthorized: { code: 101, message: "unauthorized", temporary: false },
  unknownChannel: { code: 102, message: "unknown channel", temporary: false },
  permissionDenied: { code: 103, message: "permission denied", temporary: false },
  methodNotFound: { code: 104, message: "method not found", temporary: false },
  alreadySubscribed: { code: 105, message: "already subscribed", temporary: false },
  limitExceeded: { code: 106, message: "limit exceeded", temporary: false },
  badRequest: { code: 107, message: "bad request", temporary: false },
  notAvailable: { code: 108, message: "not available", temporary: false },
  tokenExpired: { code: 109, message: "token expired", temporary: false },
  expired: { code: 110, message: "expired", temporary: false },
  tooManyRequests: { code: 111, message: "too many requests", temporary: true },
  unrecoverablePosition: { code: 112, message: "unrecoverable position", temporary: false },
  /** Ours: a write was sent and its answer lost. What was asked for may or may not have been done. */
  outcomeUnknown: { code: 400, message: "outcome unknown", temporary: true },
  /** Ours: what was asked of a handler or a back end has no answer in time. It may have been done, or be done yet. */
  deadline: { code: 408, message: "deadline exceeded", temporary: true },
  /** Ours: the answer is longer than one may be. */
  answerTooLarge: { code: 413, message: "answer too large", temporary: false },
  /** Ours: nobody is there who could answer. */
  unavailable: { code: 503, message: "unavailable", temporary: true },
} as const satisfies Record<string, { code: number; message: string; temporary: boolean }>;

export type ErrorName = keyof typeof errorCodes;

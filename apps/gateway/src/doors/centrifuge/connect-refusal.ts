import { disconnectCodes, mayReconnect, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import { errorCodes } from "@switchyard/protocol/error-codes";
import type { Refusal as HttpRefusal } from "../../entrance/entrance.ts";
import type { Refusal } from "../../session/refusal.ts";

const byErrorCode = new Map<number, Disconnect>([
  [errorCodes.unauthorized.code, disconnectCodes.invalidToken],
  [errorCodes.permissionDenied.code, disconnectCodes.permissionDenied],
  [errorCodes.tokenExpired.code, disconnectCodes.connectionExpired],
  [errorCodes.expired.code, disconnectCodes.connectionExpired],
  [errorCodes.tooManyRequests.code, disconnectCodes.tooManyRequests],
  [errorCodes.badRequest.code, disconnectCodes.badRequest],
]);

/**
 * A connection that only listens gets no replies, so what would be one ends it. As at Centrifugo, but for errors that last: there they
 * are 3004, with which a client comes back for ever.
 */
export function endOfRefused(refusal: Refusal): Disconnect {
  if (refusal.kind === "disconnect") return refusal.disconnect;
  const { code, temporary, publicMessage, detail } = refusal.error;
  const named = byErrorCode.get(code);
  if (named !== undefined) return { ...named, detail };
  // This code does not say which error it was.
  return { ...(temporary ? disconnectCodes.serverError : disconnectCodes.badRequest), detail: publicMessage };
}

const statuses = new Map<number, number>([
  [disconnectCodes.connectionExpired.code, 401],
  [disconnectCodes.invalidToken.code, 401],
  [disconnectCodes.badRequest.code, 400],
  [disconnectCodes.connectionLimit.code, 429],
]);

/**
 * How HTTP says it before there is a stream. An EventSource gives up when it gets another status than 200, which is right where
 * the same request can never do; else it gets a stream that ends, and comes back.
 */
export function httpRefusalOf({ code, reason, detail }: Disconnect): HttpRefusal | undefined {
  const isFinal = !mayReconnect(code) || code === disconnectCodes.connectionExpired.code;
  if (!isFinal) return undefined;
  const why = detail === undefined ? "" : `: ${detail}`;
  return { status: statuses.get(code) ?? 403, reason: `${code} ${reason}${why}` };
}

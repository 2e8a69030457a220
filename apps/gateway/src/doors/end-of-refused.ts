import { disconnectCodes, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import { errorCodes } from "@switchyard/protocol/error-codes";
import type { Refusal } from "../session/refusal.ts";

const byErrorCode = new Map<number, Disconnect>([
  [errorCodes.unauthorized.code, disconnectCodes.invalidToken],
  [errorCodes.permissionDenied.code, disconnectCodes.permissionDenied],
  [errorCodes.tokenExpired.code, disconnectCodes.connectionExpired],
  [errorCodes.expired.code, disconnectCodes.connectionExpired],
  [errorCodes.tooManyRequests.code, disconnectCodes.tooManyRequests],
  [errorCodes.badRequest.code, disconnectCodes.badRequest],
]);

/**
 * A client that gets no replies cannot be told an error, so what would be one ends its connection. As at Centrifugo, but for errors that last: there they
 * are 3004, with which a client comes back for ever.
 */
export function endOfRefused(refusal: Refusal): Disconnect {
  if (refusal.kind === "disconnect") return refusal.disconnect;
  const { code, temporary, publicMessage, detail } = refusal.error;
  const named = byErrorCode.get(code);
  if (named !== undefined) return { ...named, detail };
  // Its code and text say it already.
  if (code === errorCodes.internal.code) return { ...disconnectCodes.serverError, detail };
  // This code does not say which error it was.
  return { ...(temporary ? disconnectCodes.serverError : disconnectCodes.badRequest), detail: publicMessage };
}

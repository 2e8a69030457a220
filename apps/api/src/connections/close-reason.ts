import { disconnectCodes, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import { HubError } from "@switchyard/protocol/hub-error";
import Type from "typebox";

/** Why a connection is closed, as a back end says it. Codes below 3000 are the WebSocket's, and those from 5000 on are none. */
export const closeFields = {
  code: Type.Integer({
    minimum: 3000,
    maximum: 4999,
    description: "3000-3499 and 4000-4499: the client comes back; 3500-3999 and 4500-4999: it does not.",
  }),
  reason: Type.String({ minLength: 1, description: "For people; 123 bytes at most, and not JSON." }),
};

/**
 * 3503 `force disconnect` where nothing is said.
 * @param field where the reason stands, for the message
 * @throws HubError 107
 */
export function readCloseReason(
  { code, reason }: { readonly code?: number; readonly reason?: string },
  field: string,
): Disconnect {
  checkReason(reason, field);
  const { forceDisconnect } = disconnectCodes;
  return {
    code: code ?? forceDisconnect.code,
    reason: reason ?? (code === undefined ? forceDisconnect.reason : "closed"),
  };
}

/** What fits into a close frame beside its code (RFC 6455 section 5.5). */
const reasonMaxBytes = 123;

/** The SDK takes a JSON reason for advice of its predecessors and acts on that instead of the code. */
function checkReason(reason: string | undefined, field: string): void {
  if (reason === undefined) return;
  const bytes = Buffer.byteLength(reason);
  if (bytes > reasonMaxBytes) {
    throw new HubError("badRequest", `${field}: is ${bytes} bytes long, the bound is ${reasonMaxBytes}`);
  }
  if (isJson(reason)) throw new HubError("badRequest", `${field}: must not be JSON; write plain words`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

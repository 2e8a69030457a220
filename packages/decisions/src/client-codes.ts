import { errorCodes } from "@switchyard/protocol/error-codes";
import { cutText } from "@switchyard/runtime/cut-text";
import type { Answer } from "./decision.ts";

const ownErrors = { min: 400, max: 1_999 };
const ownDisconnects = { min: 4_000, max: 4_999, instead: 4_500 };
const ofProtocol = new Set<number>(Object.values(errorCodes).map(({ code }) => code));
const messageMaxLength = 512;
/** A close frame has room for no more. */
const reasonMaxBytes = 123;

/**
 * An error of a back end as a client may be told it. The protocol's own codes pass, because SDKs know what to do about them; any other
 * code outside of those that are free becomes 100, and stays as temporary as the back end has said.
 */
export function clientError(code: number, message: string, temporary: boolean): Answer & { readonly kind: "error" } {
  const isFree = code >= ownErrors.min && code <= ownErrors.max;
  if (!isFree && !ofProtocol.has(code)) {
    const { code: internal, message: instead } = errorCodes.internal;
    return { kind: "error", code: internal, message: instead, temporary, saidCode: code };
  }
  return { kind: "error", code, message: cutText(message, messageMaxLength) || "refused", temporary };
}

/**
 * The end of a connection as a back end wants it. A code that is none of a back end's becomes 4500, which keeps the client away: to
 * `ws.close` a wrong one is an exception, and one of the protocol's would say what did not happen.
 */
export function clientDisconnect(code: number, reason: string): Answer & { readonly kind: "disconnect" } {
  const isOwn = code >= ownDisconnects.min && code <= ownDisconnects.max;
  const told = isOwn ? { code } : { code: ownDisconnects.instead, saidCode: code };
  return { kind: "disconnect", ...told, reason: closeReason(reason) };
}

/** Never empty and never JSON: the SDK takes such a reason for a lost connection, and comes back whatever the code says. */
function closeReason(reason: string): string {
  const told = isJson(reason) ? `back end: ${reason}`.trimEnd() : reason;
  const text = told.toWellFormed();
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(reasonMaxBytes));
  return text.slice(0, read);
}

function isJson(reason: string): boolean {
  if (reason.trim() === "") return true;
  try {
    JSON.parse(reason);
    return true;
  } catch {
    return false;
  }
}

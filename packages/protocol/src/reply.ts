import type { HubError } from "./hub-error.ts";
import type { Method } from "./command.ts";

/**
 * Answers carry the id of their command. The result key exists even when the result is empty: the SDK reads
 * `reply.<method>` without looking.
 */
export function encodeReply(id: number, method: Method, resultJson: string): string {
  return `{"id":${id},"${method}":${resultJson}}`;
}

export function encodeErrorReply(id: number, error: Pick<HubError, "code" | "publicMessage" | "temporary">): string {
  const { code, publicMessage: message, temporary } = error;
  return JSON.stringify({ id, error: temporary ? { code, message, temporary } : { code, message } });
}

/** The server's ping; the same bytes are the client's pong. */
export const pingFrame = "{}";

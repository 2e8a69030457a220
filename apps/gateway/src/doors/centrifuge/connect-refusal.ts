import { disconnectCodes, mayReconnect, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { Refusal } from "../../entrance/entrance.ts";

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
export function httpRefusalOf({ code, reason, detail }: Disconnect): Refusal | undefined {
  const isFinal = !mayReconnect(code) || code === disconnectCodes.connectionExpired.code;
  if (!isFinal) return undefined;
  const why = detail === undefined ? "" : `: ${detail}`;
  return { status: statuses.get(code) ?? 403, reason: `${code} ${reason}${why}` };
}

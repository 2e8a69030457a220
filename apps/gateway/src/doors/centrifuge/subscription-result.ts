import type { SubscriptionResult } from "@switchyard/protocol/encoding/results";
import type { RefreshedBy } from "../../access/token-claims.ts";
import type { Subscribed } from "../../session/subscribe-client.ts";

/** A subscription as its client is told of it, in the reply to `subscribe` or to `connect`. */
export function subscriptionResult({
  isRecoverable,
  hasDeltas,
  position,
  recovery,
  snapshotJson,
}: Subscribed): SubscriptionResult {
  const agreed = hasDeltas ? { delta: true as const } : {};
  if (position === undefined) return agreed;
  // After a recovery it is the offset that was asked from: the client advances it by each publication it is handed.
  const offset = recovery?.isComplete === true ? recovery.from.offset : position.offset;
  return {
    ...(isRecoverable ? { recoverable: true } : {}),
    positioned: true,
    epoch: position.epoch,
    ...(offset > 0 ? { offset } : {}),
    ...(recovery === undefined ? {} : { was_recovering: true }),
    ...agreed,
    ...(snapshotJson === undefined ? {} : { data: snapshotJson }),
    ...(recovery?.isComplete === true ? { recovered: true, publications: recovery.publications } : {}),
  };
}

/**
 * What a result says of when its token runs out: whole seconds left, at least 1; nothing when it does not, or when that is no concern of
 * the client's. Rounded down, because the SDK asks for a new token when they have passed, and then the old one should still be good.
 */
export function expiryFields({ expiresAtMs, refreshedBy }: Ending): { readonly expires?: true; readonly ttl?: number } {
  if (expiresAtMs === undefined || refreshedBy !== undefined) return {};
  return { expires: true, ttl: Math.max(1, Math.floor((expiresAtMs - Date.now()) / 1_000)) };
}

interface Ending {
  readonly expiresAtMs?: number | undefined;
  /** Undefined: by the client. */
  readonly refreshedBy?: RefreshedBy | undefined;
}

/** Data a token carries, which was read as values that keep their spelling, as JSON text. */
export function dataField(data: unknown): { readonly data?: string } {
  return data === undefined ? {} : { data: JSON.stringify(data) };
}

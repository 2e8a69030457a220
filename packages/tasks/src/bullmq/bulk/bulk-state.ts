import type { BulkRequest, BulkState } from "../../bulk/bulk-acts.ts";

/** What lies in Redis of what was asked for; step-bulk.lua reads `act`, `limit`, `except`, `untilMs`, `failure` and `note`. */
export interface StoredRequest extends Omit<BulkRequest, "untilMs"> {
  readonly untilMs: number;
  readonly matched: number;
  readonly isMatchedComplete: boolean;
  /** JSON for the records of what is cancelled. */
  readonly failure: string;
  /** JSON for the course of what is retried or discarded. */
  readonly note?: string | undefined;
}

/** @param fields of the hash; empty when there is none */
export function bulkStateOf(id: string, fields: Readonly<Record<string, string>>): BulkState | undefined {
  const { request, status, done, skipped, beganAtMs, endedAtMs } = fields;
  if (request === undefined) return undefined;
  const asked = JSON.parse(request) as StoredRequest;
  return {
    id,
    act: asked.act,
    filter: asked.filter,
    status: status as BulkState["status"],
    perSecond: asked.perSecond,
    limit: asked.limit ?? null,
    reason: asked.reason ?? null,
    by: asked.by,
    origin: asked.origin ?? {},
    matched: asked.matched,
    isMatchedComplete: asked.isMatchedComplete,
    done: Number(done),
    skipped: Number(skipped),
    untilMs: asked.untilMs,
    beganAtMs: Number(beganAtMs),
    endedAtMs: endedAtMs === undefined ? null : Number(endedAtMs),
  };
}

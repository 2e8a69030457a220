import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { ApiError } from "../errors/api-error.ts";
import type { ApiKey } from "./api-keys.ts";

/**
 * What makes a repeated request count once: the header `Idempotency-Key`, or the field of that name in the body.
 *
 * `auto-<uuid>` is what a client library makes for one call, to repeat that call and no other. It is kept for ten minutes,
 * more than any library goes on trying, so that a key with each call costs next to nothing. Every other key means something to
 * its sender, and is kept for as long as the queue or the channel promises.
 */
export interface RepeatKey {
  /** As Redis is given it: the same for the same holder and the same text, and for nothing else. */
  readonly key: string;
  /** Undefined: for as long as keys of its kind are kept. */
  readonly ttlMs?: number;
}

/** Who calls, and the key of the request as a whole, where there is one. */
export interface Caller {
  readonly apiKey: ApiKey;
  readonly header?: string | undefined;
  /** Of a batch: which of its commands this is. Each has a key of its own, made from the batch's. */
  readonly index?: number;
}

const keyMax = 255;
const autoPattern = /^auto-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const autoTtlMs = 600_000;

/**
 * The key for a request, scoped to who holds the API key: two tenants that choose the same key do not meet, and neither can
 * find out what the other has used. The pair is written as JSON and hashed, so no name and no key, whatever their text, can be
 * put together to mean another pair.
 *
 * `inBody` is the field of one message or task; it wins over the key of a batch, and must not differ from that of the request.
 * @throws ApiError `invalid_request` when the two differ
 */
export function repeatKey({ apiKey, header, index }: Caller, field: string, inBody: string | undefined) {
  if (inBody !== undefined && header !== undefined && index === undefined && inBody !== header) {
    throw new ApiError("invalid_request", `${field}: differs from the header Idempotency-Key; send one of them`, {
      field,
    });
  }
  const text = inBody ?? header;
  if (text === undefined) return undefined;
  const parts = [apiKey.tenant, text, ...(inBody === undefined && index !== undefined ? [index] : [])];
  const key = createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
  return { key, ...(autoPattern.test(text) && { ttlMs: autoTtlMs }) } satisfies RepeatKey;
}

/** @throws ApiError `invalid_request` when the header cannot be a key */
export function callerOf(request: { readonly apiKey: ApiKey; readonly headers: IncomingHttpHeaders }): Caller {
  const sent = request.headers["idempotency-key"];
  const header = typeof sent === "object" ? sent[0] : sent;
  if (header !== undefined && (header === "" || header.length > keyMax)) {
    throw new ApiError("invalid_request", `Idempotency-Key: must have 1 to ${keyMax} characters`, {
      field: "Idempotency-Key",
    });
  }
  return { apiKey: request.apiKey, header };
}

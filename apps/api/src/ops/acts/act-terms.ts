import type { FastifyRequest } from "fastify";
import { ApiError } from "../../errors/api-error.ts";
import type { OpsRule } from "../access/ops-routes.ts";

/** On what terms somebody asks for an act: why they want it, and what they saw when they decided. */
export interface ActTerms {
  readonly reason: string | undefined;
  /** Fields of what the act is done to, as they were seen. */
  readonly expected: Readonly<Record<string, unknown>> | undefined;
}

const reasonHeader = "x-sy-reason";
const expectHeader = "x-sy-expect";
const reasonMinCharacters = 10;
const reasonMaxCharacters = 500;

/**
 * Both stand in headers: an act without a body has them, too, and the bodies are those of `/v1`. A reason is percent-encoded, since a
 * header has no Chinese.
 * @throws ApiError for one that cannot be read, and where many things cannot be undone and nobody says why
 */
export function termsOf(request: FastifyRequest, { tier }: Pick<OpsRule, "tier">): ActTerms {
  const { headers, body, routeOptions } = request;
  const reason = (decoded(headers[reasonHeader]) ?? reasonIn(body))?.trim();
  // The board of queues is somebody else's page: whoever overlooks the field that is put there is not told what is missing.
  const isOurs = routeOptions.url?.startsWith("/ops/api/") === true;
  if (isOurs && tier === 3 && (reason ?? "").length < reasonMinCharacters) {
    throw refusal("reason", `say why, in ${reasonMinCharacters} characters or more (header \`X-Sy-Reason\`)`);
  }
  if ((reason ?? "").length > reasonMaxCharacters) {
    throw refusal("reason", `must have ${reasonMaxCharacters} characters or less`);
  }
  return { reason: reason === "" ? undefined : reason, expected: expectedIn(headers[expectHeader]) };
}

/** A pause or a cancellation may say why in its body. */
export function reasonIn(body: unknown): string | undefined {
  const { reason, note } = (body ?? {}) as { readonly reason?: unknown; readonly note?: unknown };
  return [reason, note].find((text) => typeof text === "string");
}

function decoded(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  try {
    return decodeURIComponent(String(header));
  } catch {
    throw refusal("reason", "the header `X-Sy-Reason` is not percent-encoded UTF-8");
  }
}

function expectedIn(header: string | string[] | undefined): ActTerms["expected"] {
  if (header === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(decodeURIComponent(String(header)));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Told below.
  }
  throw refusal("expect", "the header `X-Sy-Expect` is not a JSON object, percent-encoded");
}

function refusal(field: string, problem: string): ApiError {
  return new ApiError("invalid_request", `${field}: ${problem}`, { field });
}

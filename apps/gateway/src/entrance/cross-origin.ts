import type { IncomingMessage, ServerResponse } from "node:http";
import type { Refusal } from "./entrance.ts";

export interface CrossOriginOptions {
  readonly methods: readonly string[];
  /** Undefined: a page of this origin may ask. */
  readonly judgeOrigin: (request: IncomingMessage) => Refusal | undefined;
  readonly refuse: (request: IncomingMessage, response: ServerResponse, refusal: Refusal) => void;
}

/** Seconds for which a browser need not ask again; Chromium's own bound is two hours. */
const preflightSeconds = 7_200;

/**
 * What a browser asks before and beside a request of a page (Fetch, section 3.2). The origin is named and never `*`, because
 * pages may send cookies along, which some proxies want.
 *
 * @returns whether the request is to be handled; if not, it is answered
 */
export function answerCrossOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  { methods, judgeOrigin, refuse }: CrossOriginOptions,
): boolean {
  const { method = "", headers } = request;
  const refusal = judgeOrigin(request);
  if (refusal !== undefined) {
    refuse(request, response, refusal);
    return false;
  }
  response.setHeader("Vary", "Origin");
  if (headers.origin !== undefined) {
    response.setHeader("Access-Control-Allow-Origin", headers.origin);
    response.setHeader("Access-Control-Allow-Credentials", "true");
  }
  if (methods.includes(method)) return true;
  const allow = [...methods, "OPTIONS"].join(", ");
  if (method !== "OPTIONS") {
    refuse(request, response, { status: 405, reason: `${methods.join(" or ")} only`, headers: { Allow: allow } });
    return false;
  }
  response.writeHead(204, {
    Allow: allow,
    "Access-Control-Allow-Methods": allow,
    "Access-Control-Allow-Headers": headers["access-control-request-headers"] ?? "content-type",
    "Access-Control-Max-Age": String(preflightSeconds),
  });
  response.end();
  return false;
}

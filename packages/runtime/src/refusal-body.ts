/**
 * What a server of ours answers with where the HTTP API itself does not: in its shape, and with its code for the status, as people and
 * programs meet all of them under one address and read errors in one way. `message` is for people and says what to change.
 */
export function refusalBody(status: number, message: string): string {
  return JSON.stringify({ error: { code: codes[status] ?? "invalid_request", message } });
}

/** The codes of apps/api/src/api-error.ts, which is held to it, and one for what it has no status for. */
const codes: Readonly<Record<number, string>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  405: "method_not_allowed",
  408: "request_timeout",
  413: "body_too_large",
  414: "path_too_long",
  415: "unsupported_media_type",
  429: "too_many_connections",
  431: "head_too_large",
  502: "unavailable",
  503: "unavailable",
  504: "outcome_unknown",
};

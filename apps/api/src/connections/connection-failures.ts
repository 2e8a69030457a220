import { ApiError } from "../errors/api-error.ts";
import { restFailures } from "../errors/rest-error.ts";

const reading = ["invalid_request", "unauthorized", "forbidden", "unavailable"] as const;
const body = ["invalid_json", "body_too_large", "unsupported_media_type"] as const;

/** What calls about connections and users may answer; one connection may be gone. */
export const readFailures = restFailures(...reading);
export const listFailures = restFailures(...reading, "not_configured");
export const findFailures = restFailures(...reading, "connection_unknown", "not_configured");
export const askFailures = restFailures(...body, ...reading, "not_configured", "outcome_unknown");
export const changeFailures = restFailures(...body, ...reading, "outcome_unknown");
export const changeOneFailures = restFailures(...body, ...reading, "connection_unknown", "outcome_unknown");

export function connectionUnknown(): ApiError {
  return new ApiError("connection_unknown", "client: no connection has this id, or not any more", { field: "client" });
}

/** Its gateway may have done what was asked. */
export function gatewaySilent(): ApiError {
  return new ApiError(
    "outcome_unknown",
    "the connection's gateway has not answered within a second, so this may or may not have been done; look first",
  );
}

import { ApiError } from "../errors/api-error.ts";
import { restFailures, whenChanging, whenReading } from "../errors/rest-error.ts";

/** What calls about connections and users may answer; one connection may be gone. */
export const readFailures = restFailures(...whenReading);
export const listFailures = restFailures(...whenReading, "not_configured");
export const findFailures = restFailures(...whenReading, "connection_unknown", "not_configured");
export const askFailures = restFailures(...whenChanging, "not_configured");
export const changeFailures = restFailures(...whenChanging);
export const changeOneFailures = restFailures(...whenChanging, "connection_unknown");

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

import { findIdFault, tokenIdMaxBytes, userIdMaxBytes } from "@switchyard/protocol/id-fault";
import Type from "typebox";
import { ApiError } from "../errors/api-error.ts";

/** `:client` of `/v1/connections/:client…`. */
export const ClientParams = Type.Object({
  client: Type.String({ description: "The connection's client id, which its page has from `connected`." }),
});

/** `:user` of `/v1/users/:user…`. */
export const UserParams = Type.Object({
  user: Type.String({ description: "The user's id, as in tokens; percent-encoded." }),
});

/** @throws ApiError `invalid_request` for what can be nobody's id */
export function checkUser(user: string, field = "user"): string {
  return checkId(user, field, userIdMaxBytes);
}

/** @throws ApiError `invalid_request` for what can be no connection's id */
export function checkClient(client: string): string {
  return checkId(client, "client", tokenIdMaxBytes);
}

function checkId(id: string, field: string, maxBytes: number): string {
  const fault = id === "" ? "must not be empty" : findIdFault(id, maxBytes);
  if (fault !== undefined) throw new ApiError("invalid_request", `${field}: ${fault}`, { field });
  return id;
}

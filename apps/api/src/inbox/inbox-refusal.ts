import type { InboxRejection } from "@switchyard/inbox/inbox-rejection";
import { ApiError } from "../errors/api-error.ts";

/** Why the inbox refused, as callers of the api are told. */
export function fromInboxRejection(rejection: InboxRejection): ApiError {
  const { code, publicMessage, field } = rejection;
  const isTooLarge = code === "data_too_large";
  return new ApiError(isTooLarge ? "body_too_large" : "invalid_request", publicMessage, { field, cause: rejection });
}

/** The same of a part of the request, which `place` is: `item.title` of a task is `data.item.title`. */
export function within(place: string, error: InboxRejection | ApiError): ApiError {
  const { code, field = "", publicMessage, cause } = error instanceof ApiError ? error : fromInboxRejection(error);
  // The part itself is called so where it is a request by itself.
  const path = field === "body" || field === "data" ? place : `${place}.${field}`;
  return new ApiError(code, `${path}${publicMessage.slice(field.length)}`, { field: path, cause });
}

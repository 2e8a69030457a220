import Type from "typebox";
import { restFailures } from "../errors/rest-error.ts";

/** `:user` of `/v1/inbox/:user…`. */
export const InboxParams = Type.Object({
  user: Type.String({ description: "The user's id, as in tokens; percent-encoded." }),
});

/** `:id` of an item of the user's. */
export const ItemParams = Type.Object({
  ...InboxParams.properties,
  id: Type.String({ description: "Of an item: `n_` and 21 characters." }),
});

const reading = ["invalid_request", "unauthorized", "forbidden", "unavailable"] as const;
const body = ["invalid_json", "body_too_large", "unsupported_media_type"] as const;
export const readingFailures = restFailures(...reading);
export const changingFailures = restFailures(...body, ...reading, "outcome_unknown");
export const actingFailures = restFailures(...body, ...reading, "item_unknown", "outcome_unknown");
export const tracingFailures = restFailures(...reading, "notification_unknown");
export const recallingFailures = restFailures(...body, ...reading, "notification_unknown", "outcome_unknown");
export const notifyingFailures = restFailures(
  ...body,
  ...reading,
  "handler_unknown",
  "idempotency_conflict",
  "outcome_unknown",
);

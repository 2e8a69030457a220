import Type from "typebox";
import { restFailures, whenChanging, whenReading } from "../errors/rest-error.ts";

/** `:user` of `/v1/inbox/:user…`. */
export const InboxParams = Type.Object({
  user: Type.String({ description: "The user's id, as in tokens; percent-encoded." }),
});

/** `:id` of an item of the user's. */
export const ItemParams = Type.Object({
  ...InboxParams.properties,
  id: Type.String({ description: "Of an item: `n_` and 21 characters." }),
});

export const readingFailures = restFailures(...whenReading);
export const changingFailures = restFailures(...whenChanging);
export const actingFailures = restFailures(...whenChanging, "item_unknown");
export const tracingFailures = restFailures(...whenReading, "notification_unknown");
export const recallingFailures = restFailures(...whenChanging, "notification_unknown");
export const notifyingFailures = restFailures(...whenChanging, "handler_unknown", "idempotency_conflict");

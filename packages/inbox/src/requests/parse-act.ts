import { InboxRejection } from "../inbox-rejection.ts";
import type { ItemId } from "../notification-id.ts";
import { parseItemId } from "./parse-mark.ts";
import { requestObject } from "./request-object.ts";

const pattern = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * `{"id": "n_…", "action": "approve"}`.
 * @throws InboxRejection
 */
export function parseAct(value: unknown): { readonly id: ItemId; readonly action: string } {
  const { id, action } = requestObject(value, ["id", "action"]);
  return { id: parseItemId(id), action: parseActionId(action, "action") };
}

/** @throws InboxRejection naming `field` */
export function parseActionId(value: unknown, field: string): string {
  if (typeof value === "string" && pattern.test(value)) return value;
  throw new InboxRejection("field_invalid", field, "must be 1 to 64 of A-Z, a-z, 0-9, `.`, `_` and `-`");
}

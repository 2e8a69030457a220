import { InboxRejection } from "../inbox-rejection.ts";
import type { ItemId } from "../notification-id.ts";
import { parseItemId } from "./parse-mark.ts";
import { parseTime, requestObject } from "./request-object.ts";

const daysMax = 30;

/**
 * `{"id": "n_…", "until": <milliseconds or ISO 8601>}`, `untilMs` for the former. A time that has passed wakes it at once.
 * @throws InboxRejection
 */
export function parseSnooze(value: unknown, nowMs = Date.now()): { readonly id: ItemId; readonly untilMs: number } {
  const { id, until, untilMs } = requestObject(value, ["id", "until", "untilMs"]);
  const field = until === undefined ? "untilMs" : "until";
  const time = parseTime(until ?? untilMs, field);
  if (time > nowMs + daysMax * 86_400_000)
    throw new InboxRejection("field_invalid", field, `must be within ${daysMax} days`);
  return { id: parseItemId(id), untilMs: time };
}

import { InboxRejection } from "../inbox-rejection.ts";
import type { ItemId } from "../notification-id.ts";
import { parseItemId } from "./parse-mark.ts";
import { parseEitherTime, requestObject } from "./request-object.ts";

const daysMax = 30;

/**
 * `{"id": "n_…", "until": <milliseconds or ISO 8601>}`, `untilMs` for the former. A time that has passed wakes it at once.
 * @throws InboxRejection
 */
export function parseSnooze(value: unknown, nowMs = Date.now()): { readonly id: ItemId; readonly untilMs: number } {
  const { id, until, untilMs } = requestObject(value, ["id", "until", "untilMs"]);
  const time = parseEitherTime({ until, untilMs });
  if (time === undefined) throw new InboxRejection("field_invalid", "until", "is missing: when it comes back");
  if (time > nowMs + daysMax * 86_400_000) {
    const field = until === undefined || until === null ? "untilMs" : "until";
    throw new InboxRejection("field_invalid", field, `must be within ${daysMax} days`);
  }
  return { id: parseItemId(id), untilMs: time };
}

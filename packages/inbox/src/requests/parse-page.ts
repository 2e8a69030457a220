import type { PageRequest } from "../inbox.ts";
import { InboxRejection } from "../inbox-rejection.ts";
import { parseCategory } from "./parse-category.ts";
import { parseSeq } from "./parse-mark.ts";
import { numberOf, requestObject } from "./request-object.ts";

const statuses = ["all", "unread", "read", "archived", "snoozed"] as const;
const limitDefault = 20;
const limitMax = 100;

/**
 * `{"status"?, "category"?, "cursor"?, "limit"?}`, each of them also as text, as in a query.
 * @throws InboxRejection
 */
export function parsePage(value: unknown): PageRequest {
  const {
    status = "all",
    category,
    cursor,
    limit = limitDefault,
  } = requestObject(value ?? {}, ["status", "category", "cursor", "limit"]);
  const known = statuses.find((name) => name === status);
  if (known === undefined) throw invalid("status", `must be one of ${statuses.join(", ")}`);
  const count = typeof limit === "string" && /^\d{1,3}$/.test(limit) ? Number(limit) : numberOf(limit);
  if (count === undefined || !Number.isInteger(count) || count < 1 || count > limitMax)
    throw invalid("limit", `must be a whole number from 1 to ${limitMax}`);
  return {
    status: known,
    limit: count,
    ...(category !== undefined && { category: parseCategory(category) }),
    ...(cursor !== undefined && cursor !== null && { cursor: parseSeq(cursor, "cursor") }),
  };
}

function invalid(field: string, detail: string): InboxRejection {
  return new InboxRejection("field_invalid", field, detail);
}

import type { Mark, MarkTarget } from "../inbox.ts";
import { InboxRejection } from "../inbox-rejection.ts";
import { isItemId, type ItemId } from "../notification-id.ts";
import { parseCategory } from "./parse-category.ts";
import { numberOf, requestObject } from "./request-object.ts";

const idsMax = 500;

/**
 * `{"ids": […]}` or `{"upTo": seq, "category"?}`.
 * @throws InboxRejection
 */
export function parseMark(as: Mark["as"], value: unknown): Mark {
  return { as, target: parseTarget(value) };
}

/**
 * `{"upTo": seq}`: what was on the screen.
 * @throws InboxRejection
 */
export function parseSeen(value: unknown): number {
  return parseSeq(requestObject(value, ["upTo"]).upTo, "upTo");
}

function parseTarget(value: unknown): MarkTarget {
  const { ids, upTo, category } = requestObject(value, ["ids", "upTo", "category"]);
  if ((ids === undefined) === (upTo === undefined))
    throw new InboxRejection("field_invalid", "ids", "exactly one of `ids` and `upTo` must be there");
  if (upTo !== undefined)
    return { upTo: parseSeq(upTo, "upTo"), ...(category !== undefined && { category: parseCategory(category) }) };
  if (category !== undefined) throw new InboxRejection("field_invalid", "category", "goes with `upTo` only");
  return { ids: parseItemIds(ids) };
}

/** @throws InboxRejection naming the id that is none */
export function parseItemIds(value: unknown): readonly ItemId[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > idsMax)
    throw new InboxRejection("field_invalid", "ids", `must be a list of 1 to ${idsMax} ids`);
  return value.map((id: unknown, index) => parseItemId(id, `ids[${index}]`));
}

/** @throws InboxRejection naming `field` */
export function parseItemId(value: unknown, field = "id"): ItemId {
  if (typeof value === "string" && isItemId(value)) return value;
  throw new InboxRejection("field_invalid", field, "must be the id of an item, `n_` and 21 characters");
}

/** Of an item, as number or as text. @throws InboxRejection naming `field` */
export function parseSeq(value: unknown, field: string): number {
  const seq = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : numberOf(value);
  if (seq !== undefined && Number.isSafeInteger(seq) && seq >= 0) return seq;
  throw new InboxRejection("field_invalid", field, "must be the `seq` of an item, a whole number below 2^53");
}

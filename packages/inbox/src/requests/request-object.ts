import { isExactNumber } from "@switchyard/protocol/exact-json";
import { readEitherTimeMs } from "@switchyard/protocol/read-time";
import { nearestName } from "@switchyard/runtime/nearest-name";
import { InboxRejection } from "../inbox-rejection.ts";

/**
 * An object of a request with none but these fields. Numbers of any spelling are taken: what a decoder has kept as its text
 * (`1.0`) is read here, so fields that are passed on must be taken from the request itself.
 * @param place where it stands, to name fields by: empty for the request itself
 * @throws InboxRejection
 */
export function requestObject<F extends string>(
  value: unknown,
  fields: readonly F[],
  place = "",
): Readonly<Partial<Record<F, unknown>>> {
  if (!isObject(value)) throw new InboxRejection("field_invalid", place || "body", "must be an object");
  for (const name of Object.keys(value)) {
    if ((fields as readonly string[]).includes(name)) continue;
    const nearest = nearestName(name, fields);
    const hint = nearest === undefined ? `there are ${fields.join(", ")}` : `did you mean ${nearest}?`;
    throw new InboxRejection("field_unknown", at(place, name), `unknown field; ${hint}`);
  }
  return value as Readonly<Partial<Record<F, unknown>>>;
}

/** `actions[1]` and `id` are `actions[1].id`. */
export function at(place: string, field: string): string {
  return place === "" ? field : `${place}.${field}`;
}

/** Undefined for what is no number; a number that is kept as its text is read. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return isExactNumber(value) ? Number(JSON.stringify(value)) : undefined;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isExactNumber(value);
}

/**
 * A time that two fields can say, milliseconds since 1970 or ISO 8601 with its offset. Undefined when neither is there; null is not there.
 * @throws InboxRejection naming the field, also when both are there
 */
export function parseEitherTime(fields: Readonly<Record<string, unknown>>): number | undefined {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  const times = given.map(([field, value]) => [
    field,
    typeof value === "string" ? value : (numberOf(value) ?? Number.NaN),
  ]);
  const time = readEitherTimeMs(Object.fromEntries(times) as Record<string, number | string>);
  if (time?.problem === undefined) return time?.ms;
  throw new InboxRejection("field_invalid", time.field, time.problem);
}

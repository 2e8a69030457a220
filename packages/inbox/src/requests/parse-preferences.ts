import type { CategoryPreference, Preferences, QuietHours } from "../inbox.ts";
import { InboxRejection } from "../inbox-rejection.ts";
import { parseCategory } from "./parse-category.ts";
import { isObject, requestObject } from "./request-object.ts";

const categoriesMax = 64;
const channels = ["inbox", "push", "email"] as const;

/**
 * `{"<category>": {"inbox"?, "push"?, "email"?}, …, "quietHours"?: {"timeZone", "from", "to"}}`.
 * @throws InboxRejection
 */
export function parsePreferences(value: unknown): Preferences {
  if (!isObject(value)) throw invalid("preferences", "must be an object");
  const { quietHours, ...rest } = value;
  const entries = Object.entries(rest);
  if (entries.length > categoriesMax) throw invalid("preferences", `must have ${categoriesMax} categories or fewer`);
  const categories = entries.map(([name, choice]) => [parseCategory(name, name), parseChoice(choice, name)] as const);
  return {
    categories: Object.fromEntries(categories),
    ...(quietHours !== undefined && quietHours !== null && { quietHours: parseQuietHours(quietHours) }),
  };
}

/** As it stands in requests, answers and Redis. */
export function preferencesJson({ categories, quietHours }: Preferences): string {
  return JSON.stringify({ ...categories, ...(quietHours !== undefined && { quietHours }) });
}

function parseChoice(value: unknown, place: string): CategoryPreference {
  const choice = requestObject(value, channels, place);
  for (const channel of channels) {
    const wanted = choice[channel];
    if (wanted !== undefined && typeof wanted !== "boolean")
      throw invalid(`${place}.${channel}`, "must be true or false");
  }
  return choice as CategoryPreference;
}

function parseQuietHours(value: unknown): QuietHours {
  const { timeZone, from, to } = requestObject(value, ["timeZone", "from", "to"], "quietHours");
  if (typeof timeZone !== "string" || !isTimeZone(timeZone))
    throw invalid("quietHours.timeZone", "must be an IANA name such as `Asia/Shanghai`");
  return { timeZone, from: parseClock(from, "quietHours.from"), to: parseClock(to, "quietHours.to") };
}

function parseClock(value: unknown, field: string): string {
  if (typeof value === "string" && /^([01]\d|2[0-3]):[0-5]\d$/.test(value)) return value;
  throw invalid(field, "must be a time of day such as `22:00`");
}

function isTimeZone(name: string): boolean {
  try {
    // A distance from UTC is taken as well, and has no summer time.
    return /^[A-Za-z]/.test(name) && Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

function invalid(field: string, detail: string): InboxRejection {
  return new InboxRejection("field_invalid", field, detail);
}

import { InboxRejection } from "../inbox-rejection.ts";

/**
 * A category is a word a user can mute. Letters that keys, queries and lists can hold as they are, so that the sets of Redis may
 * be ordered by it; `quietHours` stands beside categories in preferences.
 * @throws InboxRejection naming `field`
 */
export function parseCategory(value: unknown, field = "category"): string {
  if (typeof value === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/.test(value) && value !== "quietHours")
    return value;
  throw new InboxRejection(
    "field_invalid",
    field,
    "must be 1 to 32 of A-Z, a-z, 0-9, `.`, `_` and `-`, begin with a letter or digit, and not be `quietHours`",
  );
}

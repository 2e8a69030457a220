import type { AuditEntry } from "./audit-entry.ts";

const mark = "[redacted]";
/**
 * A shorter one may be a word of a sentence, and can be guessed: whoever may write into the audit would see by what is left out that they
 * were right.
 */
const charactersMin = 16;

/**
 * Takes the hub's own secrets out of whatever an entry says. What looks like a key is left out by redact.ts; one that was chosen by a person,
 * such as an API key pasted into a note, looks like any other text.
 */
export function createSecretHider(secrets: readonly string[]): (entry: AuditEntry) => AuditEntry {
  // The longest first: one may be the beginning of another.
  const known = secrets
    .filter(({ length }) => length >= charactersMin)
    .toSorted((one, other) => other.length - one.length);
  const hide = (value: unknown): unknown => {
    if (typeof value === "string") return known.reduce((text, secret) => text.replaceAll(secret, mark), value);
    if (Array.isArray(value)) return value.map(hide);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, hide(field)]));
  };
  return (entry) => hide(entry) as AuditEntry;
}

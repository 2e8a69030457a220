import { secretName } from "@switchyard/runtime/secret-name";

/** A JWT, or 32 digits of hex and more: what looks like a key is one. */
const secretText = /\beyJ[\w-]+\.[\w-]+\.[\w-]*|\b[0-9a-f]{32,}\b/gi;

const mark = "[redacted]";
const charactersMax = 500;
const fieldsMax = 20;
const depthMax = 4;

/** A copy of what a request says, short and without secrets, for people to read. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return shorten(value.replaceAll(secretText, mark));
  if (typeof value !== "object" || value === null) return value;
  if (depth >= depthMax) return "…";
  if (Array.isArray(value)) return value.slice(0, fieldsMax).map((one) => redact(one, depth + 1));
  const fields = Object.entries(value).slice(0, fieldsMax);
  return Object.fromEntries(
    fields.map(([name, field]) => [name, secretName.test(name) ? mark : redact(field, depth + 1)]),
  );
}

function shorten(text: string): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax).toWellFormed()}…`;
}

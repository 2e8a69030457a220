import { ownValue } from "../own-value.ts";
import { branchFor, isSecret, type SettingSchema } from "./environment.ts";

const mark = "•••";

/** A copy of a value without what strangers must not know, whatever of it is marked as secret and whatever else looks like one. */
export function redactSetting(schema: SettingSchema, value: unknown): unknown {
  if (isSecret(schema)) return isEmpty(value) ? value : mark;
  if (typeof value === "string") return redactText(value);
  if (Array.isArray(value)) {
    const { items = {} } = schema;
    return value.map((item, index) =>
      typeof item === "string" && isOption(value[index - 1]) ? mark : redactSetting(items, item),
    );
  }
  if (typeof value !== "object" || value === null) return value;
  const { properties, patternProperties } = branchFor(schema, value);
  const [general = {}] = Object.values((patternProperties ?? {}) as Readonly<Record<string, SettingSchema>>);
  const entries = Object.entries(value).map(([key, child]) => {
    const own = ownValue(properties ?? {}, key);
    // A key that no schema knows, such as a header's name: judged by what it is called.
    const looksSecret = own === undefined && typeof child === "string" && secretName.test(key);
    return [key, looksSecret ? mark : redactSetting(own ?? general, child)];
  });
  return Object.fromEntries(entries);
}

function isEmpty(value: unknown): boolean {
  return value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
}

const secretName = /pass|pwd|token|secret|authorization|cookie|credential|private|api[-_]?key/i;
/** An argument such as `--password`, whose value is the next one. */
const isOption = (text: unknown) => typeof text === "string" && /^--?[\w-]+$/.test(text) && secretName.test(text);

/** Names and passwords in addresses, what is asked in them, `--password=…`, and keys. */
function redactText(text: string): string {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY/.test(text)) return mark;
  const [, name = ""] = /^([-\w]{1,64}=)/.exec(text) ?? [];
  if (name !== "" && secretName.test(name)) return name + mark;
  return text
    .replaceAll(/(\b[a-z][a-z+.-]*:\/\/)[^/?#\s]*@/gi, `$1${mark}@`)
    .replaceAll(/(\b[a-z][a-z+.-]*:\/\/[^?#\s]*\?)[^#\s]+/gi, `$1${mark}`);
}

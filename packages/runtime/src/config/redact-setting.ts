import { ownValue } from "../own-value.ts";
import { secretName, secretWords } from "../secret-name.ts";
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

/** An argument such as `--password`, whose value is the next one. */
const isOption = (text: unknown) => typeof text === "string" && /^--?[\w-]+$/.test(text) && secretName.test(text);
/** A name with its value behind it in the same text: `--password=…`, `TOKEN=…`, `Authorization: Bearer …`, and `--password …` in a line for a shell. */
const named = new RegExp(
  String.raw`[-\w]{0,64}(?:${secretWords})[-\w]{0,64}\s?[=:]|(?<![-\w])--?[-\w]{0,64}(?:${secretWords})[-\w]{0,64}\s|\b(?:bearer|basic)\s`,
  "i",
);
/** `-psecret`, as clients of MySQL take a password. */
const shortPassword = /^-p(?=.)/;

/**
 * Without names and passwords in addresses, what is asked in them, what stands behind a name of a secret, and keys. More is left out
 * than must be, such as all that comes behind the first such name: nobody knows where a value ends.
 */
function redactText(text: string): string {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY/.test(text)) return mark;
  const found = shortPassword.exec(text) ?? named.exec(text);
  if (found !== null) return redactAddresses(text.slice(0, found.index)) + found[0] + mark;
  return redactAddresses(text);
}

function redactAddresses(text: string): string {
  // A password with `/`, `#` or `?` as they are makes no address, and lies behind what would be the host.
  const user = URL.canParse(text) ? /(\b[a-z][a-z+.-]*:\/\/)[^/?#\s]*@/gi : /(\b[a-z][a-z+.-]*:\/\/)\S*@/gi;
  return text.replaceAll(user, `$1${mark}@`).replaceAll(/(\b[a-z][a-z+.-]*:\/\/[^?#\s]*[?#])\S+/gi, `$1${mark}`);
}

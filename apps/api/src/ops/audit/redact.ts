import { secretName } from "@switchyard/runtime/secret-name";
import { looksDrawn } from "./looks-drawn.ts";

const mark = "[redacted]";
const charactersMax = 500;
/** More of a text is not even looked at, so that none takes long. */
const readMax = 4_000;
const fieldsMax = 20;
const depthMax = 4;

/** What is written like a key, whoever has handed it out: a JWT, a secret that signs webhooks, a hash of a password. */
const ofAnybody = /\beyJ[\w-]+\.[\w-]+\.[\w-]*|\bwhsec_[\w+/=-]+|\$scrypt\$\S+/gi;
const hex = /\b[0-9a-f]{32,}\b/gi;
const authorization = /\b(Bearer|Basic)\s+([\w.~+/-]+=*)/gi;
/** `bearer tokens`, `basic load-balancing` */
const words = /^[A-Za-z]?[a-z]{0,14}(?:[-.][a-z]{0,14})*$/;
/** All that the hub itself draws and hands out, such as the cookies of logins, has 43 of these. */
const long = /[\w-]{40,}/g;

/** A copy of what a request says, short and without what looks like a key or a token, for people to read. */
export const redact = (value: unknown): unknown => copyOf(value, (text) => withoutTokens(text).replaceAll(hex, mark));

/** The same of what names things: 32 digits of hex, which may be a key in a text, are a customer or a trace there. */
export const redactNames = (value: unknown): unknown => copyOf(value, withoutTokens);

function withoutTokens(text: string): string {
  return text
    .replaceAll(ofAnybody, mark)
    .replaceAll(authorization, (all, scheme: string, token: string) => (words.test(token) ? all : `${scheme} ${mark}`))
    .replaceAll(long, (run) => (looksDrawn(run) ? mark : run));
}

function copyOf(value: unknown, clean: (text: string) => string, depth = 0): unknown {
  if (typeof value === "string") return shorten(clean(value.slice(0, readMax)));
  if (typeof value !== "object" || value === null) return value;
  if (depth >= depthMax) return "…";
  if (Array.isArray(value)) return value.slice(0, fieldsMax).map((one) => copyOf(one, clean, depth + 1));
  const fields = Object.entries(value).slice(0, fieldsMax);
  return Object.fromEntries(
    fields.map(([name, field]) => [name, secretName.test(name) ? mark : copyOf(field, clean, depth + 1)]),
  );
}

function shorten(text: string): string {
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax).toWellFormed()}…`;
}

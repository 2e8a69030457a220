import { inspect, stripVTControlCharacters } from "node:util";
import { isNativeError } from "node:util/types";
import { cutText } from "./cut-text.ts";

const maxLength = 2_000;
/** Causes of causes, and errors within errors, that are told. */
const maxDepth = 3;

/**
 * What was thrown, as one readable text of 1 to 2 000 characters, whatever it is: JavaScript throws strings, plain objects and
 * null as readily as errors, and what comes from another's code may have getters that throw. Causes follow their error after a
 * colon, because `fetch failed` alone helps nobody. Colours and other control characters are taken out. It never throws.
 */
export function errorText(thrown: unknown): string {
  const text = cutText(stripVTControlCharacters(describe(thrown, maxDepth).slice(0, 2 * maxLength)), maxLength);
  // Tabs and newlines are part of many messages.
  const readable = text.replaceAll(/[^\P{Cc}\t\n]/gu, "").trim();
  return readable === "" ? "an error without a message" : readable;
}

function describe(thrown: unknown, depth: number): string {
  if (typeof thrown === "string") return thrown;
  if ((typeof thrown !== "object" && typeof thrown !== "function") || thrown === null)
    return `${show(thrown)} was thrown`;
  const message = read(thrown, "message") ?? "";
  const own = typeof message === "string" ? message.slice(0, maxLength) : show(message);
  const within = depth === 0 ? "" : describeWithin(thrown, depth);
  // Many wrap an error and repeat what it says.
  if (within === "" || own.includes(within)) return own === "" ? describeSilent(thrown) : own;
  return own === "" ? within : `${own}: ${within}`;
}

function describeWithin(thrown: object, depth: number): string {
  const errors = read(thrown, "errors");
  const within = [read(thrown, "cause"), ...(isArray(errors) ? errors.slice(0, maxDepth) : [])];
  const told = within.filter((cause) => cause !== undefined && cause !== null);
  return told.map((cause) => describe(cause, depth - 1)).join("; ");
}

/** An error without a message has its name and code at least; anything else is shown as it is. */
function describeSilent(thrown: object): string {
  if (!isNativeError(thrown)) return show(thrown);
  const parts = [read(thrown, "name"), read(thrown, "code")].filter((part) => typeof part === "string");
  return parts.join(" ");
}

function read(thrown: object, key: string): unknown {
  try {
    return (thrown as Record<string, unknown>)[key];
  } catch {
    // A getter, or a proxy, that throws.
    return undefined;
  }
}

function isArray(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    // A proxy that was revoked.
    return false;
  }
}

/** Neither getters nor `toString`, `toJSON` and the like are called. */
function show(value: unknown): string {
  try {
    return inspect(value, {
      depth: 2,
      maxArrayLength: 10,
      maxStringLength: 500,
      breakLength: Number.POSITIVE_INFINITY,
      compact: true,
      customInspect: false,
    });
  } catch {
    return "";
  }
}

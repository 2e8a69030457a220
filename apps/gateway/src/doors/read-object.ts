import { readJson } from "@switchyard/protocol/read-json";

/** What came in as bytes: a JSON object, its numbers as they were spelled, or why it is none. */
export type ReadObject =
  | { readonly fields: Readonly<Record<string, unknown>>; readonly problem?: undefined }
  /** Completes "it ". */
  | { readonly problem: string; readonly fields?: undefined };

// A byte order mark is not JSON, so it is not passed over.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function readObject(bytes: Uint8Array): ReadObject {
  try {
    const read = readJson(utf8.decode(bytes));
    if ("problem" in read) return { problem: read.problem };
    const isObject = typeof read.value === "object" && read.value !== null && !Array.isArray(read.value);
    return isObject ? { fields: read.exact as Record<string, unknown> } : { problem: "is no JSON object" };
  } catch {
    return { problem: "is not JSON in UTF-8" };
  }
}

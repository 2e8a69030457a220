import { mayHaveDuplicateKeys } from "./duplicate-keys.ts";
import { readJson } from "./read-json.ts";

/**
 * What an application sends through the hub: the text of a JSON value, or bytes that are something else. Neither is changed on its way,
 * but for line breaks between the parts of a JSON value, which separate messages and are taken out, and for keys that stand twice.
 */
export type Payload = string | Uint8Array;

// A byte order mark is not JSON, so it is not passed over.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * What to publish of `data` as a decoder or the server API had it: a JSON value whose numbers are exact, or a `Uint8Array` that came as
 * bytes. Where a namespace is binary those are any bytes, in all others they must be JSON. The look of the bytes decides nothing.
 */
export function readPayload(data: unknown, { isBinary }: { readonly isBinary: boolean }): ReadPayload {
  if (data === undefined) return isBinary ? { payload: Buffer.of() } : { problem: "is missing" };
  if (!(data instanceof Uint8Array)) return { payload: JSON.stringify(data) };
  return isBinary ? { payload: data } : readJsonBytes(data);
}

/** The problem is for whoever sent it, behind the name of the field. */
export type ReadPayload = { readonly payload: Payload } | { readonly problem: string };

/**
 * The text stays as it was written; inside of texts JSON has no line breaks, so all can go. Of a key that stands twice the last one is
 * kept alone, as of data that came as JSON: readers do not agree on which of two counts.
 */
function readJsonBytes(bytes: Uint8Array): ReadPayload {
  try {
    const text = utf8.decode(bytes);
    const read = readJson(text);
    if ("problem" in read) return read;
    if (mayHaveDuplicateKeys(text, read.value)) return { payload: JSON.stringify(read.exact) };
    return { payload: text.replaceAll(/[\r\n]+/g, "") };
  } catch {
    return { problem: 'must be JSON in UTF-8; other bytes need `publication_data_format: "binary"`' };
  }
}

/** What stands for a payload where only JSON can: bytes become their base64, a JSON text. */
export function jsonOfPayload(payload: Payload): string {
  return typeof payload === "string" ? payload : `"${Buffer.from(payload).toString("base64")}"`;
}

export function bytesOfPayload(payload: Payload): Uint8Array {
  return typeof payload === "string" ? Buffer.from(payload) : payload;
}

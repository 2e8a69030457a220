import { readJson } from "./read-json.ts";

/**
 * What an application sends through the hub: the text of a JSON value, or bytes that are something else. Neither is changed on its way,
 * but for line breaks between the parts of a JSON value, which separate messages and are taken out.
 */
export type Payload = string | Uint8Array;

// A byte order mark is not JSON, so it is not passed over.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The JSON text that the bytes are, or what is wrong with them as such. It stays as it was written; inside of texts JSON has no line
 * breaks, so all can go.
 */
export function readJsonBytes(bytes: Uint8Array): { readonly json: string } | { readonly problem: string } {
  try {
    const text = utf8.decode(bytes);
    const read = readJson(text);
    return "problem" in read ? read : { json: text.replaceAll(/[\r\n]+/g, "") };
  } catch {
    return { problem: "must be JSON in UTF-8" };
  }
}

/** What stands for a payload where only JSON can: bytes become their base64, a JSON text. */
export function jsonOfPayload(payload: Payload): string {
  return typeof payload === "string" ? payload : `"${Buffer.from(payload).toString("base64")}"`;
}

export function bytesOfPayload(payload: Payload): Uint8Array {
  return typeof payload === "string" ? Buffer.from(payload) : payload;
}

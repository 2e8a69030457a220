/**
 * What an application sends through the hub: the text of a JSON value, or bytes that are something else. Neither is changed on its way,
 * but for line breaks between the parts of a JSON value, which separate messages and are taken out.
 */
export type Payload = string | Uint8Array;

// A byte order mark is not JSON, so it is not passed over.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The JSON text that the bytes are; undefined when they are none. Inside of texts JSON has no line breaks, so all can go. */
export function jsonOfBytes(bytes: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(bytes);
    JSON.parse(text);
    return text.replaceAll(/[\r\n]+/g, "");
  } catch {
    return undefined;
  }
}

/** What stands for a payload where only JSON can: bytes become their base64, a JSON text. */
export function jsonOfPayload(payload: Payload): string {
  return typeof payload === "string" ? payload : `"${Buffer.from(payload).toString("base64")}"`;
}

export function bytesOfPayload(payload: Payload): Uint8Array {
  return typeof payload === "string" ? Buffer.from(payload) : payload;
}

import { readPayload, type Payload } from "@switchyard/protocol/payload";

/** What a client has sent to its back end, as a question carries it. Bytes that are JSON go as JSON, whatever the client's encoding. */
export function payloadForBackEnd(data: unknown): Payload | undefined {
  if (data === undefined) return undefined;
  return data instanceof Uint8Array ? payloadOfBytes(data) : JSON.stringify(data);
}

/** What a back end has for the client: JSON text, or bytes that are none. Undefined: nothing. A `b64data` that is not empty counts before `data`. */
export function payloadFromBackEnd({ data, b64data }: Readonly<Record<string, unknown>>): Payload | undefined {
  const bytes = typeof b64data === "string" ? payloadOfBytes(Buffer.from(b64data, "base64")) : undefined;
  return bytes ?? (data === undefined ? undefined : JSON.stringify(data));
}

/** No bytes are what there is where nothing was said, in Protobuf. */
function payloadOfBytes(bytes: Uint8Array): Payload | undefined {
  if (bytes.length === 0) return undefined;
  const read = readPayload(bytes, { isBinary: false });
  return "problem" in read ? bytes : read.payload;
}

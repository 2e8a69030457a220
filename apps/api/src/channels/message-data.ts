import { HubError } from "@switchyard/protocol/hub-error";
import { readJson, type ReadJson } from "@switchyard/protocol/read-json";

/** Where the data of a message stands: `data`, or Centrifugo's `b64data`, its base64. */
interface DataFields {
  readonly data?: unknown;
  readonly b64data?: string;
}

/** What a message to connections, or the reply to a subscriber, carries: a JSON value. */
export function readData(message: DataFields): unknown {
  refuseBoth(message);
  if (message.b64data) return decodeBase64Json(message.b64data, "b64data");
  if (!("data" in message)) throw new HubError("badRequest", "data: is missing");
  return message.data;
}

/** What a publication carries, as the channel's rule reads it (`readPublicationData`): a JSON value, or bytes. */
export function publicationDataOf(message: DataFields): { readonly field: string; readonly data: unknown } {
  refuseBoth(message);
  const { data, b64data } = message;
  if (!b64data) return { field: "data", data };
  return { field: "b64data", data: decodeBase64(b64data, "b64data") };
}

/** One of them would be dropped without a word. */
function refuseBoth({ data, b64data }: DataFields): void {
  if (b64data && data !== undefined && data !== null) {
    throw new HubError("badRequest", "b64data: stands beside data; send one of them");
  }
}

/** @throws HubError 107 naming the field */
export function decodeBase64Json(base64: string, field: string): unknown {
  const read = readBase64(base64, field);
  if ("exact" in read) return read.exact;
  throw new HubError("badRequest", `${field}: ${read.problem}`);
}

function readBase64(base64: string, field: string): ReadJson {
  const bytes = decodeBase64(base64, field);
  try {
    return readJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new HubError("badRequest", `${field}: must be the base64 of JSON`, { cause: error });
  }
}

/** Strict, unlike a Buffer's: where it stops at what is no base64, the rest would be lost in silence. */
function decodeBase64(base64: string, field: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(base64);
  } catch (error) {
    throw new HubError("badRequest", `${field}: is not base64`, { cause: error });
  }
}

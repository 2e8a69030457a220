import { HubError } from "@switchyard/protocol/hub-error";
import { readJson, type ReadJson } from "@switchyard/protocol/read-json";

/**
 * The data of a message: `data`, or Centrifugo's `b64data`, its base64. What is in there must be JSON, since that is what
 * this hub carries.
 */
export function readData(message: { readonly data?: unknown; readonly b64data?: string }): unknown {
  if (message.b64data) return decodeBase64Json(message.b64data, "b64data");
  if (!("data" in message)) throw new HubError("badRequest", "data: is missing");
  return message.data;
}

/** @throws HubError 107 naming the field */
export function decodeBase64Json(base64: string, field: string): unknown {
  const read = readBase64(base64, field);
  if ("exact" in read) return read.exact;
  throw new HubError("badRequest", `${field}: ${read.problem}`);
}

function readBase64(base64: string, field: string): ReadJson {
  try {
    return readJson(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(base64, "base64")));
  } catch (error) {
    throw new HubError("badRequest", `${field}: must be the base64 of JSON`, { cause: error });
  }
}

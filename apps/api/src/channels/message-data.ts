import { HubError } from "@switchyard/protocol/hub-error";
import { parseExactJson } from "@switchyard/protocol/exact-json";
import { isNestedDeeperThan, nestingMax } from "@switchyard/protocol/json-depth";

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
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(base64, "base64"));
    if (!isNestedDeeperThan(nestingMax, text)) return parseExactJson(text);
  } catch (error) {
    throw new HubError("badRequest", `${field}: must be the base64 of JSON`, { cause: error });
  }
  throw new HubError("badRequest", `${field}: is nested deeper than ${nestingMax} levels; flatten it`);
}

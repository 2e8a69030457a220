import { HubError } from "@switchyard/protocol/hub-error";
import { parseExactJson } from "../json/exact-json.ts";
import { isNestedDeeperThan, nestingMax } from "../json/json-depth.ts";

/**
 * The data of a message: `data`, or Centrifugo's `b64data`, its base64. What is in there must be JSON, since that is what
 * this hub carries.
 */
export function readData(message: { readonly data?: unknown; readonly b64data?: string }): unknown {
  if (message.b64data) return decode(message.b64data);
  if (!("data" in message)) throw new HubError("badRequest", "data: is missing");
  return message.data;
}

function decode(b64data: string): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(b64data, "base64"));
    if (!isNestedDeeperThan(nestingMax, text)) return parseExactJson(text);
  } catch (error) {
    throw new HubError("badRequest", "b64data: must be the base64 of JSON", { cause: error });
  }
  throw new HubError("badRequest", `b64data: is nested deeper than ${nestingMax} levels; flatten it`);
}

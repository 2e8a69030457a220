import { isUtf8 } from "node:buffer";
import type { EmulationRequest } from "@switchyard/protocol/protobuf/decode-emulation";

/** `{"session":"…","node":"…","data":"<commands as the frame of a WebSocket would hold them>"}`, or what is wrong with it. */
export function decodeJsonEmulation(body: Buffer): EmulationRequest | string {
  if (!isUtf8(body)) return "the body is not UTF-8";
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    return "the body is not JSON";
  }
  const fields = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const { session, node, data } = fields;
  if (typeof session !== "string") return "session must be a text: the one of the reply to connect";
  if (typeof node !== "string") return "node must be a text: the one of the reply to connect";
  if (typeof data !== "string") return "data must be a text: commands, each on a line";
  return { session, node, data: Buffer.from(data) };
}

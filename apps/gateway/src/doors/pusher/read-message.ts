import { isUtf8 } from "node:buffer";
import { readJson } from "@switchyard/protocol/read-json";
import { splitObject } from "@switchyard/protocol/split-object";

/** What a client says. */
export interface PusherMessage {
  readonly event: string;
  /** Of client events; what is about a channel else names it in `fields`. */
  readonly channel: string;
  /** Its data, whether that came as an object or, as some clients send it, as a text with one in it. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The same as it was written, which may be any JSON. */
  readonly dataJson: Buffer | undefined;
}

/** Or what is wrong with it, for the client. */
export function readMessage(bytes: Buffer): PusherMessage | string {
  if (!isUtf8(bytes)) return "the message is not UTF-8";
  const message = readObject(bytes.toString());
  if (typeof message === "string") return `the message ${message}`;
  const { event, channel = "" } = message;
  if (typeof event !== "string" || event === "") return "event: must be a text";
  if (typeof channel !== "string") return "channel: must be a text";
  const { data } = message;
  const fields = typeof data === "string" ? readObject(data) : data;
  const isObject = typeof fields === "object" && fields !== null && !Array.isArray(fields);
  return {
    event,
    channel,
    fields: isObject ? (fields as Record<string, unknown>) : {},
    dataJson: splitObject(bytes)?.get("data"),
  };
}

function readObject(text: string): Record<string, unknown> | string {
  try {
    const read = readJson(text);
    if ("problem" in read) return read.problem;
    const isObject = typeof read.value === "object" && read.value !== null && !Array.isArray(read.value);
    return isObject ? (read.value as Record<string, unknown>) : "must be a JSON object";
  } catch {
    return "is not JSON";
  }
}

/** A field that is a text; empty where it is absent, or something else. */
export function textOf({ fields }: PusherMessage, name: string): string {
  const value = fields[name];
  return typeof value === "string" ? value : "";
}

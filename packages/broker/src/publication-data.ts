import { readPayload, type ReadPayload } from "@switchyard/protocol/payload";
import type { ChannelOptions } from "./channel-rules.ts";

/**
 * What to publish of the data somebody sent, by the channel's `publication_data_format`. Absent data is a mistake except where the
 * format is `binary`, in which an empty message means something.
 *
 * @param data a value of `readJson`, whose numbers are exact, or bytes where it came as bytes
 */
export function readPublicationData(
  data: unknown,
  { publication_data_format: format }: Pick<ChannelOptions, "publication_data_format">,
): ReadPayload {
  const read = readPayload(data, { isBinary: format === "binary" });
  if ("problem" in read || format !== "json_object") return read;
  // It is JSON, so the first character tells.
  const isObject = typeof read.payload === "string" && read.payload.trimStart().startsWith("{");
  return isObject ? read : { problem: "must be a JSON object in this channel" };
}

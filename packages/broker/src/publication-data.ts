import { isExactNumber } from "@switchyard/protocol/exact-json";
import type { ChannelOptions } from "./channel-rules.ts";

/**
 * What is wrong with the data of a publication, by the channel's `publication_data_format`; undefined when nothing is. Absent
 * data is a mistake except where the format is `binary`, in which an empty message means something.
 */
export function describeBadData(
  data: unknown,
  { publication_data_format: format }: Pick<ChannelOptions, "publication_data_format">,
): string | undefined {
  if (data === undefined) return format === "binary" ? undefined : "data: is missing";
  if (format !== "json_object") return undefined;
  const isObject = typeof data === "object" && data !== null && !Array.isArray(data) && !isExactNumber(data);
  return isObject ? undefined : "data: must be a JSON object in this channel";
}

import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { FilterProblem } from "@switchyard/protocol/filter-node";
import { compileTagFilter, type TagFilter } from "@switchyard/protocol/tag-filter";
import { refuse, type Refusal } from "./refusal.ts";

/**
 * The filter a client asks for, compiled. One that cannot be had, or is not understood, is refused as Centrifugo does (107): the
 * subscription without it would hand out more than was asked for.
 */
export function readTagFilter(
  tf: unknown,
  { allow_tags_filter: isAllowed }: Pick<ChannelOptions, "allow_tags_filter">,
): { readonly filter?: TagFilter } | Refusal {
  // The protocol's zero value.
  if (tf === undefined || tf === null) return {};
  if (!isAllowed)
    return refuse("badRequest", "tf: the channel's namespace has no filters; set its `allow_tags_filter`");
  try {
    return { filter: compileTagFilter(tf) };
  } catch (error) {
    if (error instanceof FilterProblem) return refuse("badRequest", error.message);
    throw error;
  }
}

import { parseChannelPattern } from "@switchyard/broker/channel-pattern";

/** Which groups somebody sees, and acts on. */
export interface GroupSight {
  /** No group is hidden, nor what is of the whole hub. */
  readonly isAll: boolean;
  /** @param group empty: the tasks without a group */
  has(group: string): boolean;
}

/** As a path has the tasks without a group. */
const ungrouped = "-";

/** @param patterns as the settings have them: `orders.*`, `-` for the tasks without a group, `*` for everything */
export function createGroupSight(patterns: readonly string[]): GroupSight {
  if (patterns.includes("*")) return { isAll: true, has: () => true };
  // A name of one character that somebody has given a group is not the sign for none.
  const named = patterns.filter((pattern) => pattern !== ungrouped).map(parseChannelPattern);
  const seesUngrouped = patterns.includes(ungrouped);
  return {
    isAll: false,
    has: (group) => (group === "" ? seesUngrouped : named.some((matches) => matches(group))),
  };
}

import { parseChannelPattern } from "@switchyard/broker/channel-pattern";
import type { FastifyRequest } from "fastify";

/** Which groups somebody sees, and acts on. */
export interface GroupSight {
  /** No group is hidden, nor what is of the whole hub. */
  readonly isAll: boolean;
  /** @param group empty: the tasks without a group */
  has(this: void, group: string): boolean;
  /** The same as a path names it, where `-` is the tasks without a group and `*` all groups; undefined is none that is seen. */
  hasNamed(this: void, group: string | undefined): boolean;
}

/** As a path has the tasks without a group. */
const ungrouped = "-";

/** @param patterns as the settings have them: `orders.*`, `-` for the tasks without a group, `*` for everything */
export function createGroupSight(patterns: readonly string[]): GroupSight {
  if (patterns.includes("*")) return { isAll: true, has: () => true, hasNamed: () => true };
  // A name of one character that somebody has given a group is not the sign for none.
  const named = patterns.filter((pattern) => pattern !== ungrouped).map(parseChannelPattern);
  const seesUngrouped = patterns.includes(ungrouped);
  const has = (group: string) => (group === "" ? seesUngrouped : named.some((matches) => matches(group)));
  return {
    isAll: false,
    has,
    hasNamed: (group = "") => group !== "" && group !== "*" && has(group === ungrouped ? "" : group),
  };
}

/** Of who asks; undefined where nothing is hidden from them, or nobody has to log in, as for back ends with a key. */
export function narrowSightOf({ opsSession }: Pick<FastifyRequest, "opsSession">): GroupSight | undefined {
  return opsSession === undefined || opsSession.user.sight.isAll ? undefined : opsSession.user.sight;
}

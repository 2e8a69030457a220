import type { GroupState, TaskGroups } from "@switchyard/tasks/group";
import type { GroupSight } from "../access/group-sight.ts";
import { shareReading } from "../share-reading.ts";

/** Groups that are looked at, in pages of a thousand. */
const pagesMax = 5;
/** A look costs Redis some milliseconds per hundred groups. */
const freshMs = 5_000;

/** Those that somebody sees and in which something waits or runs, these with most waiting first. */
export type GroupsInSight = (sight: Pick<GroupSight, "has">) => Promise<readonly GroupState[]>;

/**
 * For people who see some groups only: the ranks of the hub are of its largest groups, among which theirs need not be. One look is for all of
 * them, and nobody looks while none of them asks.
 */
export function createGroupsInSight(groups: Pick<TaskGroups, "list">): GroupsInSight {
  const reading = shareReading(() => readBusy(groups), freshMs);
  return async (sight) => (await reading.now()).filter(({ id }) => sight.has(id));
}

async function readBusy(groups: Pick<TaskGroups, "list">): Promise<readonly GroupState[]> {
  // While groups come and go one may be listed twice.
  const found = new Map<string, GroupState>();
  let cursor = "";
  for (let pages = 0; pages === 0 || (cursor !== "" && pages < pagesMax); pages++) {
    const page = await groups.list({ cursor, limit: 1_000 });
    for (const state of page.items) if (state.waiting + state.active + state.held > 0) found.set(state.id, state);
    cursor = page.cursor;
  }
  return [...found.values()].toSorted((a, b) => b.waiting - a.waiting);
}

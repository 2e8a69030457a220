import type { GroupState, TaskGroups } from "@switchyard/tasks/group";
import { toGroupAnswer } from "../../groups/group-state.ts";
import { orUnavailable } from "../../or-unavailable.ts";
import { decodeCursor, encodeCursor } from "../../page-cursor.ts";
import type { Scope } from "../../scope.ts";
import { listGroupsSchema } from "./schema.ts";

/** Pages of the queue looked through for one reply; then the caller decides whether to go on. */
const pagesMax = 20;

/** `GET /v1/groups`. */
export function listGroups(scope: Scope, { groups }: { readonly groups: Pick<TaskGroups, "list"> }): void {
  scope.get("/v1/groups", { schema: listGroupsSchema }, async ({ query: { cursor, limit = 100, status } }) => {
    const found: GroupState[] = [];
    let next = decodeCursor("groups", cursor);
    for (let pages = 0; pages < pagesMax; pages += 1) {
      const page = await orUnavailable(groups.list({ cursor: next, limit }));
      found.push(...page.items.filter((group) => status === undefined || group.status === status));
      next = page.cursor;
      if (next === "" || found.length >= limit) break;
    }
    return { groups: found.map(toGroupAnswer), cursor: encodeCursor("groups", next) };
  });
}

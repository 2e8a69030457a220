import type { TaskGroups } from "@switchyard/tasks/group";
import { oneGroup } from "../../groups/group-params.ts";
import { withIsoTimes } from "../../iso-times.ts";
import { orUnavailable } from "../../or-unavailable.ts";
import { decodeCursor, encodeCursor } from "../../page-cursor.ts";
import type { Scope } from "../../scope.ts";
import { listDeadLettersSchema } from "./schema.ts";

/** `GET /v1/groups/:id/dead`. */
export function listDeadLetters(scope: Scope, { groups }: { readonly groups: Pick<TaskGroups, "deadLetters"> }): void {
  scope.get("/v1/groups/:id/dead", { schema: listDeadLettersSchema }, async ({ params, query }) => {
    const { cursor, limit = 100 } = query;
    const group = oneGroup(params.id);
    const page = await orUnavailable(groups.deadLetters(group, { cursor: decodeCursor("dead", cursor), limit }));
    return { deadLetters: page.items.map(withIsoTimes), cursor: encodeCursor("dead", page.cursor) };
  });
}

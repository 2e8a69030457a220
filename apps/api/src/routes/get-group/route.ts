import type { TaskGroups } from "@switchyard/tasks/group";
import { groupOrAll } from "../../groups/group-params.ts";
import { toGroupAnswer } from "../../groups/group-state.ts";
import { orUnavailable } from "../../or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { getGroupSchema } from "./schema.ts";

/** `GET /v1/groups/:id`. */
export function getGroup(scope: Scope, { groups }: { readonly groups: Pick<TaskGroups, "get"> }): void {
  scope.get("/v1/groups/:id", { schema: getGroupSchema }, ({ params: { id } }) =>
    orUnavailable(groups.get(groupOrAll(id))).then(toGroupAnswer),
  );
}

import type { TaskGroups } from "@switchyard/tasks/group";
import { groupOrAll } from "../../groups/group-params.ts";
import { toGroupAnswer } from "../../groups/group-state.ts";
import { orOutcomeUnknown } from "../../or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { resetGroupSchema } from "./schema.ts";

/** `DELETE /v1/groups/:id/settings`. */
export function resetGroup(scope: Scope, { groups }: { readonly groups: Pick<TaskGroups, "configure"> }): void {
  scope.delete("/v1/groups/:id/settings", { schema: resetGroupSchema }, ({ params: { id } }) =>
    orOutcomeUnknown(groups.configure(groupOrAll(id), null)).then(toGroupAnswer),
  );
}

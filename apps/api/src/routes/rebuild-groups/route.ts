import type { TaskGroups } from "@switchyard/tasks/group";
import { orOutcomeUnknown } from "../../or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { rebuildGroupsSchema } from "./schema.ts";

/** `POST /v1/groups/rebuild`. */
export function rebuildGroups(scope: Scope, { groups }: { readonly groups: Pick<TaskGroups, "rebuild"> }): void {
  scope.post("/v1/groups/rebuild", { schema: rebuildGroupsSchema }, () => orOutcomeUnknown(groups.rebuild()));
}

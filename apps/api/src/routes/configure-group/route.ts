import type { GroupSettings, TaskGroups } from "@switchyard/tasks/group";
import { groupOrAll } from "../../groups/group-params.ts";
import { toGroupAnswer } from "../../groups/group-state.ts";
import { orOutcomeUnknown } from "../../or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { configureGroupSchema } from "./schema.ts";

/** `PUT /v1/groups/:id`. */
export function configureGroup(scope: Scope, { groups }: { readonly groups: Pick<TaskGroups, "configure"> }): void {
  scope.put("/v1/groups/:id", { schema: configureGroupSchema }, ({ params: { id }, body }) =>
    orOutcomeUnknown(groups.configure(groupOrAll(id), body as Partial<GroupSettings>)).then(toGroupAnswer),
  );
}

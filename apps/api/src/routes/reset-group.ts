import type { TaskGroups } from "@switchyard/tasks/group";
import { retryOf } from "../effect.ts";
import { groupOrAll, GroupParams } from "../groups/group-params.ts";
import { GroupState, toGroupAnswer } from "../groups/group-state.ts";
import { orOutcomeUnknown } from "../errors/or-unavailable.ts";
import { restFailures, whenChanging } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";

const resetGroupSchema = {
  operationId: "resetGroup",
  "x-retry": retryOf.settles,
  summary: "Take back a group's settings",
  description:
    "What was set with `PUT /v1/groups/{id}`. The settings file (`groups`) holds again, then what is set for `*`. Tasks stay.",
  tags: ["groups"],
  params: GroupParams,
  response: {
    200: GroupState,
    ...restFailures(...whenChanging),
  },
};

/** `DELETE /v1/groups/:id/settings`. */
export function resetGroup(scope: Scope, { groups }: { readonly groups: Pick<TaskGroups, "configure"> }): void {
  scope.delete("/v1/groups/:id/settings", { schema: resetGroupSchema }, ({ params: { id } }) =>
    orOutcomeUnknown(groups.configure(groupOrAll(id), null)).then(toGroupAnswer),
  );
}

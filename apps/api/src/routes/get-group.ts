import type { TaskGroups } from "@switchyard/tasks/group";
import { retryOf } from "../effect.ts";
import { groupOrAll, GroupParams } from "../groups/group-params.ts";
import { GroupState, toGroupAnswer } from "../groups/group-state.ts";
import { orUnavailable } from "../errors/or-unavailable.ts";
import { restFailures, whenReading } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";

const getGroupSchema = {
  operationId: "getGroup",
  "x-retry": retryOf.reads,
  summary: "Look at a group",
  description:
    "Groups are not created: one that nothing is known about is idle, under the settings of all groups (`*`).",
  tags: ["groups"],
  params: GroupParams,
  response: { 200: GroupState, ...restFailures(...whenReading) },
};

/** `GET /v1/groups/:id`. */
export function getGroup(scope: Scope, { groups }: { readonly groups: Pick<TaskGroups, "get"> }): void {
  scope.get("/v1/groups/:id", { schema: getGroupSchema }, ({ params: { id } }) =>
    orUnavailable(groups.get(groupOrAll(id))).then(toGroupAnswer),
  );
}

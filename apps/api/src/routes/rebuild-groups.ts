import type { TaskGroups } from "@switchyard/tasks/group";
import Type from "typebox";
import { retryOf } from "../effect.ts";
import { orOutcomeUnknown } from "../errors/or-unavailable.ts";
import { restFailures, whenChanging } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";

const rebuildGroupsSchema = {
  operationId: "rebuildGroups",
  "x-retry": retryOf.settles,
  summary: "Make the index of groups anew",
  description:
    "Looks through the whole queue and brings back what the index of groups has lost, as after keys were deleted by hand. Safe beside running workers. Workers do it by themselves, so it is for those who cannot wait.",
  tags: ["groups"],
  response: {
    200: Type.Object(
      {
        tasks: Type.Integer({ description: "How many were looked at: all that wait, run or are delayed." }),
        restored: Type.Integer({ description: "How many of them were missing in the index." }),
      },
      { title: "RebuiltIndex", examples: [{ tasks: 5_000, restored: 0 }] },
    ),
    ...restFailures(...whenChanging),
  },
};

/** `POST /v1/groups/rebuild`. */
export function rebuildGroups(scope: Scope, { groups }: { readonly groups: Pick<TaskGroups, "rebuild"> }): void {
  scope.post("/v1/groups/rebuild", { schema: rebuildGroupsSchema }, () => orOutcomeUnknown(groups.rebuild()));
}

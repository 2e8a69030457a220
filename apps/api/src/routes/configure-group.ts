import type { GroupSettings, TaskGroups } from "@switchyard/tasks/group";
import Type from "typebox";
import { retryOf } from "../effect.ts";
import { groupOrAll, GroupParams } from "../groups/group-params.ts";
import { GroupSettings as GroupSettingsBody } from "../groups/group-settings.ts";
import { GroupState, toGroupAnswer } from "../groups/group-state.ts";
import { orOutcomeUnknown } from "../errors/or-unavailable.ts";
import { restFailures, whenChanging } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";

const configureGroupSchema = {
  operationId: "configureGroup",
  "x-retry": retryOf.settles,
  summary: "Set what holds for a group",
  description:
    "What the body leaves out stays as it is. Holds at once, over all workers, and until it is taken back, also for a group nothing is in yet. What is set for `*` holds for every group that has no settings of its own.",
  tags: ["groups"],
  params: GroupParams,
  body: Type.Partial(GroupSettingsBody, {
    title: "GroupSettingsPatch",
    additionalProperties: false,
    examples: [
      { concurrency: 4, rate: { max: 10, perMs: 1_000 } },
      { weight: 3, onFailure: { pauseAfter: 5 }, maxSize: 10_000, onFull: "reject" },
    ],
  }),
  response: {
    200: GroupState,
    ...restFailures(...whenChanging),
  },
};

/** `PUT /v1/groups/:id`. */
export function configureGroup(scope: Scope, { groups }: { readonly groups: Pick<TaskGroups, "configure"> }): void {
  scope.put("/v1/groups/:id", { schema: configureGroupSchema }, ({ params: { id }, body }) =>
    orOutcomeUnknown(groups.configure(groupOrAll(id), body as Partial<GroupSettings>)).then(toGroupAnswer),
  );
}

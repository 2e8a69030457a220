import { GroupParams } from "../../groups/group-params.ts";
import { GroupState } from "../../groups/group-state.ts";
import { restFailures } from "../../rest-error.ts";
import { retryOf } from "../../effect.ts";

export const getGroupSchema = {
  operationId: "getGroup",
  "x-retry": retryOf.reads,
  summary: "Look at a group",
  description:
    "Groups are not created: one that nothing is known about is idle, under the settings of all groups (`*`).",
  tags: ["groups"],
  params: GroupParams,
  response: { 200: GroupState, ...restFailures("invalid_request", "unauthorized", "forbidden", "unavailable") },
};

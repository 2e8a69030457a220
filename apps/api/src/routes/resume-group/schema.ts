import { GroupParams } from "../../groups/group-params.ts";
import { GroupState } from "../../groups/group-state.ts";
import { restFailures } from "../../rest-error.ts";
import { retryOf } from "../../effect.ts";

export const resumeGroupSchema = {
  operationId: "resumeGroup",
  "x-retry": retryOf.settles,
  summary: "Resume a paused group",
  description: "Failures counted for `pauseAfter` are forgotten. A group that is not paused stays as it is.",
  tags: ["groups"],
  params: GroupParams,
  response: { 200: GroupState, ...restFailures("invalid_request", "unauthorized", "unavailable", "outcome_unknown") },
};

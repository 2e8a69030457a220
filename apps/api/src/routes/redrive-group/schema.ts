import Type from "typebox";
import { GroupParams } from "../../groups/group-params.ts";
import { restFailures } from "../../rest-error.ts";
import { retryOf } from "../../effect.ts";

export const redriveGroupSchema = {
  operationId: "redriveGroup",
  "x-retry": retryOf.acts,
  summary: "Enqueue a group's failed tasks again",
  description: "All that failed for good, the oldest first, at the end of the group and each with all its attempts.",
  tags: ["groups"],
  params: GroupParams,
  response: {
    200: Type.Object({ queued: Type.Integer({ description: "How many were enqueued again." }) }),
    ...restFailures("invalid_request", "unauthorized", "unavailable", "outcome_unknown"),
  },
};

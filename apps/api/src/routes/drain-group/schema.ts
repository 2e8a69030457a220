import { GroupParams } from "../../groups/group-params.ts";
import { CancelledCount } from "../../groups/group-state.ts";
import { restFailures } from "../../rest-error.ts";
import { retryOf } from "../../effect.ts";

export const drainGroupSchema = {
  operationId: "drainGroup",
  "x-retry": retryOf.acts,
  summary: "Cancel what waits in a group",
  description: "What runs, or is between two attempts, goes on. Tasks that are not due yet are not in their group yet.",
  tags: ["groups"],
  params: GroupParams,
  response: {
    200: CancelledCount,
    ...restFailures("invalid_request", "unauthorized", "unavailable", "outcome_unknown"),
  },
};

import { GroupParams } from "../../groups/group-params.ts";
import { CancelledCount } from "../../groups/group-state.ts";
import { restFailures } from "../../rest-error.ts";
import { ReasonBody } from "../../tasks/reason-body.ts";
import { retryOf } from "../../effect.ts";

export const cancelGroupSchema = {
  operationId: "cancelGroup",
  "x-retry": retryOf.acts,
  summary: "Cancel everything in a group",
  description:
    "What waits, what is between two attempts and what runs. To let nothing in meanwhile start, pause the group first. Tasks that are not due yet are not in their group yet.",
  tags: ["groups"],
  params: GroupParams,
  body: ReasonBody,
  response: {
    200: CancelledCount,
    ...restFailures(
      "invalid_json",
      "invalid_request",
      "unauthorized",
      "unsupported_media_type",
      "unavailable",
      "outcome_unknown",
    ),
  },
};

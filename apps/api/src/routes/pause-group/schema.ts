import { GroupParams } from "../../groups/group-params.ts";
import { GroupState } from "../../groups/group-state.ts";
import { restFailures } from "../../rest-error.ts";
import { ReasonBody } from "../../tasks/reason-body.ts";
import { retryOf } from "../../effect.ts";

export const pauseGroupSchema = {
  operationId: "pauseGroup",
  "x-retry": retryOf.settles,
  summary: "Pause a group",
  description: "Starts nothing more of it; what runs goes on. Holds also for a group nothing is in yet.",
  tags: ["groups"],
  params: GroupParams,
  body: ReasonBody,
  response: {
    200: GroupState,
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

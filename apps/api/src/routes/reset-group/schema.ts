import { GroupParams } from "../../groups/group-params.ts";
import { GroupState } from "../../groups/group-state.ts";
import { restFailures } from "../../rest-error.ts";
import { retryOf } from "../../effect.ts";

export const resetGroupSchema = {
  operationId: "resetGroup",
  "x-retry": retryOf.settles,
  summary: "Take back a group's settings",
  description:
    "What was set with `PUT /v1/groups/{id}`. The settings file (`groups`) holds again, then what is set for `*`. Tasks stay.",
  tags: ["groups"],
  params: GroupParams,
  response: {
    200: GroupState,
    ...restFailures(
      "invalid_json",
      "invalid_request",
      "unauthorized",
      "forbidden",
      "body_too_large",
      "unsupported_media_type",
      "unavailable",
      "outcome_unknown",
    ),
  },
};

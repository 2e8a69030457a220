import Type from "typebox";
import { restFailures } from "../../rest-error.ts";
import { retryOf } from "../../effect.ts";

export const rebuildGroupsSchema = {
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

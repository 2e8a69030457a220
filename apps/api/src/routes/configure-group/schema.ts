import Type from "typebox";
import { GroupParams } from "../../groups/group-params.ts";
import { GroupSettings } from "../../groups/group-settings.ts";
import { GroupState } from "../../groups/group-state.ts";
import { restFailures } from "../../rest-error.ts";
import { retryOf } from "../../effect.ts";

export const configureGroupSchema = {
  operationId: "configureGroup",
  "x-retry": retryOf.settles,
  summary: "Set what holds for a group",
  description:
    "What the body leaves out stays as it is. Holds at once, over all workers, and until it is taken back, also for a group nothing is in yet. What is set for `*` holds for every group that has no settings of its own.",
  tags: ["groups"],
  params: GroupParams,
  body: Type.Partial(GroupSettings, {
    title: "GroupSettingsPatch",
    additionalProperties: false,
    examples: [
      { concurrency: 4, rate: { max: 10, perMs: 1_000 } },
      { weight: 3, onFailure: { pauseAfter: 5 }, maxSize: 10_000, onFull: "reject" },
    ],
  }),
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

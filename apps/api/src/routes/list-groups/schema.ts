import Type from "typebox";
import { groupStatuses, GroupState } from "../../groups/group-state.ts";
import { NextCursor, pageFields } from "../../page-cursor.ts";
import { restFailures } from "../../rest-error.ts";
import { retryOf } from "../../effect.ts";

export const listGroupsSchema = {
  operationId: "listGroups",
  "x-retry": retryOf.reads,
  summary: "List groups",
  description:
    "The groups something waits or runs in, that are paused or have settings of their own; in no order. While groups come and go one may be listed twice; one that is there all the time is listed. A page may be shorter or longer than `limit`: go on until `cursor` is null.",
  tags: ["groups"],
  querystring: Type.Object(
    {
      ...pageFields,
      status: Type.Optional(Type.Enum([...groupStatuses], { description: "Only groups with this status." })),
    },
    { additionalProperties: false },
  ),
  response: {
    200: Type.Object(
      { groups: Type.Array(GroupState), cursor: NextCursor },
      { title: "GroupPage", examples: [{ groups: [], cursor: null }] },
    ),
    ...restFailures("invalid_request", "unauthorized", "forbidden", "unavailable"),
  },
};

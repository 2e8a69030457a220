import Type from "typebox";
import { GroupParams } from "../../groups/group-params.ts";
import { NextCursor, pageFields } from "../../page-cursor.ts";
import { restFailures } from "../../rest-error.ts";
import { retryOf } from "../../effect.ts";

const DeadLetter = Type.Object({
  id: Type.String(),
  handler: Type.String(),
  reason: Type.String(),
  attempts: Type.Integer({ description: "How many it has had." }),
  failedAtMs: Type.Integer({ description: "Milliseconds since 1970." }),
});

export const listDeadLettersSchema = {
  operationId: "listDeadLetters",
  "x-retry": retryOf.reads,
  summary: "List a group's failed tasks",
  description: "Those that failed for good, the newest first; kept for a week, 10 000 of a group at most.",
  tags: ["groups"],
  params: GroupParams,
  querystring: Type.Object(pageFields, { additionalProperties: false }),
  response: {
    200: Type.Object({ deadLetters: Type.Array(DeadLetter), cursor: NextCursor }),
    ...restFailures("invalid_request", "unauthorized", "unavailable"),
  },
};

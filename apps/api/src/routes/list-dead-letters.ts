import { reasonsReadMax, type TaskGroups } from "@switchyard/tasks/group";
import Type from "typebox";
import { retryOf } from "../effect.ts";
import { GroupParams, oneGroup } from "../groups/group-params.ts";
import { timeFields, withIsoTimes } from "../shapes/iso-times.ts";
import { orUnavailable } from "../errors/or-unavailable.ts";
import { decodeCursor, encodeCursor, NextCursor, pageFields } from "../shapes/page-cursor.ts";
import { restFailures, whenReading } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";

const DeadLetter = Type.Object(
  {
    id: Type.String(),
    handler: Type.String(),
    reason: Type.String(),
    attempts: Type.Integer({ description: "How many it has had." }),
    ...timeFields("failedAt", "When it failed."),
  },
  { title: "DeadLetter" },
);

export const listDeadLettersSchema = {
  operationId: "listDeadLetters",
  "x-retry": retryOf.reads,
  summary: "List a group's failed tasks",
  description: "Those that failed for good, the newest first; kept for a week, 10 000 of a group at most.",
  tags: ["groups"],
  params: GroupParams,
  querystring: Type.Object(pageFields, { additionalProperties: false }),
  response: {
    200: Type.Object(
      { deadLetters: Type.Array(DeadLetter), cursor: NextCursor },
      {
        title: "DeadLetterPage",
        examples: [
          {
            deadLetters: [
              {
                id: "t_irrK3QyEOpEivnJLCDJF7",
                handler: "resize",
                reason: "no disk",
                attempts: 3,
                failedAtMs: 1_767_225_600_000,
                failedAt: "2026-01-01T00:00:00.000Z",
              },
            ],
            cursor: null,
          },
        ],
      },
    ),
    ...restFailures(...whenReading),
  },
};

const DeadReason = Type.Object(
  {
    reason: Type.String({ description: "Of the newest, its first line." }),
    count: Type.Integer({
      description:
        "How many failed for it. Reasons that differ in their numbers only are one; codes at the beginning, and behind words such as `status`, `code` and `HTTP`, are no such numbers.",
    }),
    numbersDiffer: Type.Boolean({ description: "Others of them have other numbers in it." }),
    newestId: Type.String(),
    ...timeFields("newestAt", "When the newest failed."),
  },
  { title: "DeadReason" },
);

export const listDeadReasonsSchema = {
  operationId: "listDeadReasons",
  "x-retry": retryOf.reads,
  summary: "Why a group's tasks failed",
  description: `Of the newest ${reasonsReadMax} that failed for good, by reason, what most failed for first. \`reason\` of \`GET /v1/tasks\` and \`POST /v1/bulk-acts\` finds those of one.`,
  tags: ["groups"],
  params: GroupParams,
  response: {
    200: Type.Object(
      {
        reasons: Type.Array(DeadReason),
        examined: Type.Integer({ description: "How many were looked at." }),
        total: Type.Integer({ description: "How many there are." }),
      },
      {
        title: "DeadReasonList",
        examples: [
          {
            reasons: [
              {
                reason: "smtp timeout after 30 s",
                count: 31,
                numbersDiffer: true,
                newestId: "t_irrK3QyEOpEivnJLCDJF7",
                newestAtMs: 1_767_225_600_000,
                newestAt: "2026-01-01T00:00:00.000Z",
              },
            ],
            examined: 37,
            total: 37,
          },
        ],
      },
    ),
    ...restFailures(...whenReading),
  },
};

/** `GET /v1/groups/:id/dead`, and `…/dead/reasons`. */
export function listDeadLetters(
  scope: Scope,
  { groups }: { readonly groups: Pick<TaskGroups, "deadLetters" | "deadReasons"> },
): void {
  scope.get("/v1/groups/:id/dead", { schema: listDeadLettersSchema }, async ({ params, query }) => {
    const { cursor, limit = 100 } = query;
    const group = oneGroup(params.id);
    const page = await orUnavailable(groups.deadLetters(group, { cursor: decodeCursor("dead", cursor), limit }));
    return { deadLetters: page.items.map(withIsoTimes), cursor: encodeCursor("dead", page.cursor) };
  });
  scope.get("/v1/groups/:id/dead/reasons", { schema: listDeadReasonsSchema }, async ({ params: { id } }) => {
    const { reasons, ...rest } = await orUnavailable(groups.deadReasons(oneGroup(id)));
    return { reasons: reasons.map(withIsoTimes), ...rest };
  });
}

import type { BulkState as State } from "@switchyard/tasks/bulk-acts";
import { bulkActs } from "@switchyard/tasks/bulk-acts";
import { taskStatuses } from "@switchyard/tasks/task";
import Type from "typebox";
import { ApiError } from "../errors/api-error.ts";
import { nullableTimeFields, optionalTimeFields, timeFields, withIsoTimes } from "../shapes/iso-times.ts";
import { nullable } from "../shapes/nullable.ts";

const name = (description: string) => Type.Optional(Type.String({ maxLength: 255, description }));

/** What a filter names, besides states and times. */
export const filterFields = {
  handler: name("Only tasks of this handler."),
  group: name("Only tasks of this group; `-` for those without a group."),
  user: Type.Optional(Type.String({ maxLength: 1_024, description: "Only this user's; empty: nobody's." })),
  reason: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 500,
      description:
        "Only tasks that failed for this reason: its first line, or the beginning of it. Numbers match any others.",
    }),
  ),
};

export const bulkExample = {
  id: "b_irrK3QyEOpEivnJLCDJF7",
  act: "retry",
  filter: { handler: "mail", reason: "smtp timeout" },
  status: "running",
  perSecond: 20,
  limit: null,
  reason: "the mail server is back",
  by: "ann",
  matched: 412,
  isMatchedComplete: true,
  done: 140,
  skipped: 0,
  untilMs: 1_767_225_600_000,
  until: "2026-01-01T00:00:00.000Z",
  beganAtMs: 1_767_225_600_400,
  beganAt: "2026-01-01T00:00:00.400Z",
  endedAtMs: null,
  endedAt: null,
} as const;

export const BulkState = Type.Object(
  {
    id: Type.String(),
    act: Type.Enum([...bulkActs]),
    filter: Type.Unsafe<object>(
      Type.Object({
        status: Type.Optional(Type.Enum([...taskStatuses])),
        ...filterFields,
        ...optionalTimeFields("since", "Only tasks of this time or later."),
        ...optionalTimeFields("until", "Only tasks of this time or before."),
      }),
    ),
    status: Type.Enum(["running", "finished", "aborted"]),
    perSecond: Type.Integer({ description: "Tasks a second at most." }),
    limit: nullable<number>("integer", "On so many at most; null: on all that match."),
    reason: nullable<string>("string", "Why, for people."),
    by: Type.String({ description: "Who asked for it: the name of an operator or of a key." }),
    matched: Type.Integer({ description: "How many matched when it began." }),
    isMatchedComplete: Type.Boolean({ description: "False: counting was broken off, and there may be more." }),
    done: Type.Integer({ description: "To how many it is done." }),
    skipped: Type.Integer({
      description:
        "What was something else when it was its turn, or is a task of the hub's own that the key may not run again.",
    }),
    ...timeFields("until", "Nothing that came after it is acted on."),
    ...timeFields("beganAt", "When it began."),
    ...nullableTimeFields("endedAt", "When it finished or was aborted."),
  },
  { title: "BulkAct", examples: [bulkExample] },
);

export function toBulkAnswer({ filter, origin: _origin, ...state }: State) {
  const { group, ...named } = withIsoTimes(filter);
  return withIsoTimes({
    ...state,
    filter: { ...named, ...(group !== undefined && { group: group === "" ? "-" : group }) },
  });
}

/** @throws ApiError `bulk_act_unknown` for undefined */
export function orNoSuchAct<T>(state: T | undefined): T {
  if (state !== undefined) return state;
  throw new ApiError("bulk_act_unknown", "there is no such act, or it ended more than a week ago");
}

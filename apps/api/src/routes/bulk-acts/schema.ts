import { bulkActs, bulkLimitMax, perSecondMax, runningMax } from "@switchyard/tasks/bulk-acts";
import { taskStatuses } from "@switchyard/tasks/task";
import Type, { type Static } from "typebox";
import { BulkState, bulkExample, filterFields } from "../../bulk/bulk-answer.ts";
import { retryOf } from "../../effect.ts";
import { restFailures, whenChanging, whenReading } from "../../errors/rest-error.ts";
import { timeFields } from "../../shapes/iso-times.ts";

const closed = { additionalProperties: false };
const time = (description: string) =>
  Type.Optional(
    Type.String({ maxLength: 64, description: `${description} Milliseconds since 1970, or ISO 8601 with its offset.` }),
  );

const Filter = Type.Object(
  {
    status: Type.Optional(
      Type.Enum([...taskStatuses], { description: "One that the act takes; without it, all of them." }),
    ),
    ...filterFields,
    since: time("Only tasks that ended, or else began, or else were enqueued, at this time or later."),
    until: time("The same, at this time or before."),
  },
  closed,
);

const selectionFields = {
  act: Type.Enum([...bulkActs], {
    description:
      "`retry` and `discard` take failed tasks, `cancel` those that have no end yet: `queued`, `running`, `retrying`.",
  }),
  filter: Filter,
};

const SelectionBody = Type.Object(selectionFields, {
  ...closed,
  title: "BulkSelection",
  examples: [{ act: "retry", filter: { handler: "mail", reason: "smtp timeout" } }],
});

export const BulkBody = Type.Object(
  {
    ...selectionFields,
    perSecond: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: perSecondMax,
        default: 100,
        description: "Tasks a second: what has just been mended should not meet everything that failed at once.",
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: bulkLimitMax,
        description: "On so many tasks at most; without it, on all that match.",
      }),
    ),
    untilMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: "`untilMs` of the count that was looked at: what came after it is left alone. Without it, now.",
      }),
    ),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: "Why, for people." })),
    all: Type.Optional(
      Type.Literal(true, {
        description:
          "Needed where the filter names nothing, or times alone: then it is every task of the hub that the act takes.",
      }),
    ),
  },
  {
    ...closed,
    title: "BulkRequest",
    examples: [{ act: "retry", filter: { handler: "mail", reason: "smtp timeout" }, perSecond: 20 }],
  },
);

export type BulkFilterBody = Static<typeof Filter>;

const bodyFailures = restFailures(...whenChanging);
const readFailures = restFailures(...whenReading, "bulk_act_unknown");
const BulkParams = Type.Object({ bulk: Type.String({ description: "As `POST /v1/bulk-acts` returned it." }) });
const tags = ["tasks"];

export const countSchema = {
  operationId: "countBulkAct",
  "x-retry": retryOf.reads,
  summary: "Count what an act by filter would be done to",
  description:
    "Changes nothing. Send `untilMs` of the answer along with the act: then it is done to nothing that was not counted here.",
  tags,
  body: SelectionBody,
  response: {
    200: Type.Object(
      {
        matched: Type.Integer({ description: "How many tasks match." }),
        isComplete: Type.Boolean({
          description: "False: there are so many tasks that counting was broken off after 2 s.",
        }),
        ...timeFields("until", "When it was counted."),
      },
      {
        title: "BulkCount",
        examples: [{ matched: 412, isComplete: true, untilMs: bulkExample.untilMs, until: bulkExample.until }],
      },
    ),
    ...bodyFailures,
  },
};

export const beginSchema = {
  operationId: "beginBulkAct",
  "x-retry": retryOf.acts,
  summary: "Act on all tasks that match a filter",
  description: `Retries, cancels or discards them one by one, at a rate, in the background; the answer says how many it will be, and \`GET /v1/bulk-acts/{id}\` how far it is. Failed tasks are taken the oldest first.

It is done to what was there when it was asked for: a task that fails after that is neither retried nor discarded, and one that is enqueued after that is not cancelled. Two such acts at once never do the same to one task, and it goes on when the api that began it is gone. At most ${runningMax} go on at the same time.

Tasks of the hub's own for which the key lacks \`publish\` or \`inbox\` are left alone and counted as skipped.`,
  tags,
  body: BulkBody,
  response: {
    202: { ...BulkState, description: "It goes on." },
    ...bodyFailures,
    ...restFailures("acts_full"),
  },
};

export const listSchema = {
  operationId: "listBulkActs",
  "x-retry": retryOf.reads,
  summary: "List acts on many tasks",
  description: "The newest 50, the newest first; kept for a week.",
  tags,
  response: {
    200: Type.Object(
      { bulkActs: Type.Array(BulkState) },
      { title: "BulkActList", examples: [{ bulkActs: [bulkExample] }] },
    ),
    ...restFailures("unauthorized", "forbidden", "unavailable"),
  },
};

export const getSchema = {
  operationId: "getBulkAct",
  "x-retry": retryOf.reads,
  summary: "How far an act on many tasks is",
  description: "Up to date whenever it is asked for.",
  tags,
  params: BulkParams,
  response: { 200: BulkState, ...readFailures },
};

export const abortSchema = {
  operationId: "abortBulkAct",
  "x-retry": retryOf.settles,
  summary: "Abort an act on many tasks",
  description:
    "When this is answered nothing more is done to any task; what was done stays done. One that is over stays as it is.",
  tags,
  params: BulkParams,
  response: {
    200: BulkState,
    ...bodyFailures,
    ...restFailures("bulk_act_unknown"),
  },
};

import Type from "typebox";
import { optionalTimeFields } from "../../shapes/iso-times.ts";
import { restFailures } from "../../errors/rest-error.ts";
import { TaskParams } from "../../tasks/task-inputs.ts";
import { retryOf } from "../../effect.ts";

const states = [
  "settled",
  "running",
  "delayed",
  "paused",
  "limited",
  "maxed",
  "held",
  "handler_maxed",
  "throttled",
  "behind",
  "ready",
  "unhandled",
] as const;

export const explainTaskSchema = {
  operationId: "explainTask",
  "x-retry": retryOf.reads,
  summary: "Ask why a task does not run",
  description: `| state | why | says |
| --- | --- | --- |
| \`settled\` | it has its end | \`status\` |
| \`running\` | it runs | \`sinceMs\` |
| \`delayed\` | its delay, or the wait before its next attempt, is not over | \`untilMs\` |
| \`paused\` | its group is paused, or the whole queue | \`paused\`: \`group\` or \`queue\`, \`reason\`, \`ahead\` |
| \`limited\` | the rate limit of its group is used up | \`untilMs\`, \`ahead\` |
| \`maxed\` | all places of its group are taken | \`by\`: the tasks that run, \`ahead\` |
| \`held\` | a task of its group failed and keeps the place until its next attempt | \`by\`: that task, \`untilMs\`, \`ahead\` |
| \`handler_maxed\` | its handler has a share, and it is used up | \`limit\`: the share, \`ahead\` |
| \`throttled\` | the whole queue is at a limit that a dashboard or a BullMQ client has set | \`limit\`, \`ahead\` |
| \`behind\` | tasks of its group come first | \`ahead\`: how many |
| \`ready\` | it is the next of its group, or has none, and waits for a free worker | |
| \`unhandled\` | it is the next of its group, or has none, and no running worker has its handler | |`,
  tags: ["tasks"],
  params: TaskParams,
  response: {
    200: Type.Object(
      {
        id: Type.String(),
        state: Type.Enum([...states]),
        group: Type.String(),
        text: Type.String({ description: "The same in a sentence, for people." }),
        status: Type.Optional(Type.String()),
        ...optionalTimeFields("since", "Since when it runs."),
        ...optionalTimeFields("until", "Not before."),
        ahead: Type.Optional(
          Type.Integer({
            description:
              "Waiting tasks of the group that come first; of one without a group that waits for a place in its handler's share, those of its handler.",
          }),
        ),
        paused: Type.Optional(Type.Enum(["queue", "group"])),
        reason: Type.Optional(Type.String()),
        limit: Type.Optional(
          Type.Unsafe<string | number>({
            type: ["string", "integer"],
            description: "How much the whole queue may run, in words; or how many tasks of its handler may.",
          }),
        ),
        by: Type.Optional(
          Type.Unsafe<string | readonly string[]>({ type: ["string", "array"], items: { type: "string" } }),
        ),
      },
      {
        title: "Explanation",
        examples: [
          {
            id: "t_irrK3QyEOpEivnJLCDJF7",
            state: "limited",
            group: "customer-7",
            text: "Its group has used up its rate until 2026-01-01T00:00:00.500Z.",
            ahead: 0,
            untilMs: 1_767_225_600_500,
            until: "2026-01-01T00:00:00.500Z",
          },
          {
            id: "t_irrK3QyEOpEivnJLCDJF7",
            state: "running",
            group: "customer-7",
            text: "It runs, since 2026-01-01T00:00:00.000Z.",
            sinceMs: 1_767_225_600_000,
            since: "2026-01-01T00:00:00.000Z",
          },
        ],
      },
    ),
    ...restFailures("unauthorized", "forbidden", "task_unknown", "unavailable"),
  },
};

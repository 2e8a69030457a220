import type { TaskQueue } from "@switchyard/tasks/task-queue";
import Type from "typebox";
import { retryOf } from "../effect.ts";
import { orUnavailable } from "../errors/or-unavailable.ts";
import { restFailures, whenReading } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";
import { nullableTimeFields, timeFields, withIsoTimes } from "../shapes/iso-times.ts";
import { nullable } from "../shapes/nullable.ts";
import { TaskParams } from "../tasks/task-inputs.ts";
import { taskUnknown } from "../tasks/task-refusal.ts";

const attemptExample = {
  number: 1,
  outcome: "failed",
  worker: "worker-2:8020",
  error: { code: "handler_failed", message: "no disk" },
  place: "save (/app/handlers/save.ts:12:7)",
  startedAtMs: 1_767_225_600_020,
  startedAt: "2026-01-01T00:00:00.020Z",
  endedAtMs: 1_767_225_601_500,
  endedAt: "2026-01-01T00:00:01.500Z",
  log: [{ afterMs: 12, text: "opening /mnt/a" }],
  logDropped: 0,
} as const;

const TaskAttempt = Type.Object(
  {
    number: Type.Integer({
      description:
        "From 1, and again from 1 after it was enqueued again (`acts`). One that was handed back does not count, so its number comes again.",
    }),
    outcome: Type.Enum(["running", "succeeded", "failed", "cancelled", "handed_back"], {
      description: "`handed_back`: its worker had to stop.",
    }),
    worker: nullable<string>("string", "Which worker ran it; null where nobody wrote it down."),
    error: Type.Unsafe<{ code: string; message: string } | null>({
      type: ["object", "null"],
      properties: { code: Type.String(), message: Type.String() },
      description: "Why it failed.",
    }),
    place: nullable<string>("string", "Where the handler's own code threw, of a handler of kind `module`."),
    ...nullableTimeFields("startedAt", "When it began."),
    ...nullableTimeFields("endedAt", "When it ended."),
    log: Type.Array(
      Type.Object({
        afterMs: Type.Integer({ description: "Milliseconds after it began." }),
        text: Type.String(),
      }),
      { description: "What the handler said meanwhile, its last lines, where it did not succeed." },
    ),
    logDropped: Type.Integer({ description: "Lines before them that are not kept." }),
  },
  { title: "TaskAttempt" },
);

const TaskAct = Type.Object(
  {
    act: Type.Enum(["retry", "discard"], {
      description: "`retry`: enqueued again; its attempts before that are those of an earlier life.",
    }),
    ...timeFields("askedAt", "When it was done."),
    by: nullable<string>("string", "Who asked for it: the name of an operator or of a key; null where nobody said."),
    reason: nullable<string>("string", "Why, for people."),
  },
  { title: "TaskAct" },
);

const actExample = {
  act: "retry",
  askedAtMs: 1_767_225_700_000,
  askedAt: "2026-01-01T00:01:40.000Z",
  by: "ann",
  reason: "the disk is back",
} as const;

export const listAttemptsSchema = {
  operationId: "listTaskAttempts",
  "x-retry": retryOf.reads,
  summary: "List what became of a task's attempts",
  description:
    "The oldest first: each that failed, was cancelled or handed back, the one that succeeded, and the one that runs; of many the newest (`tasks.attempts_kept`), for as long as the record. An attempt whose worker was lost could leave no note. `acts` are what was done to it after it had failed for good. It holds what the handler has said, so it takes the scope `search`, and that of enqueueing is not enough.",
  tags: ["tasks"],
  params: TaskParams,
  response: {
    200: Type.Object(
      {
        attempts: Type.Array(TaskAttempt),
        acts: Type.Array(TaskAct, {
          description: "What was done to it after it had failed for good, the oldest first, kept with its attempts.",
        }),
      },
      { title: "TaskAttempts", examples: [{ attempts: [attemptExample], acts: [actExample] }] },
    ),
    ...restFailures(...whenReading, "task_unknown"),
  },
};

/** `GET /v1/tasks/:id/attempts`. */
export function listAttempts(scope: Scope, { queue }: { readonly queue: Pick<TaskQueue, "course"> }): void {
  scope.get("/v1/tasks/:id/attempts", { schema: listAttemptsSchema }, async ({ params: { id } }) => {
    const course = await orUnavailable(queue.course(id));
    if (course === undefined) throw taskUnknown();
    return {
      attempts: course.attempts.map(({ log, ...attempt }) => ({ ...withIsoTimes(attempt), log: [...log] })),
      acts: course.acts.map(withIsoTimes),
    };
  });
}

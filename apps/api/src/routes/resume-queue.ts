import type { TaskQueue } from "@switchyard/tasks/task-queue";
import Type from "typebox";
import { retryOf } from "../effect.ts";
import { orOutcomeUnknown } from "../errors/or-unavailable.ts";
import { restFailures } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";

const resumeQueueSchema = {
  operationId: "resumeQueue",
  "x-retry": retryOf.settles,
  summary: "Resume the whole queue",
  description:
    "Where all of it was paused, on the board of queues or by a BullMQ client: what waits goes on where it was. Groups that are paused themselves stay so.",
  tags: ["groups"],
  response: {
    200: Type.Object(
      { resumed: Type.Boolean({ description: "False: it was not paused." }) },
      { title: "QueueResumed", examples: [{ resumed: true }] },
    ),
    ...restFailures(
      "invalid_json",
      "unsupported_media_type",
      "body_too_large",
      "invalid_request",
      "unauthorized",
      "forbidden",
      "unavailable",
      "outcome_unknown",
    ),
  },
};

/** `POST /v1/queue/resume`. There is no call that pauses it: whoever means some of the work pauses groups. */
export function resumeQueue(scope: Scope, { queue }: { readonly queue: Pick<TaskQueue, "resume"> }): void {
  scope.post("/v1/queue/resume", { schema: resumeQueueSchema }, async () => ({
    resumed: await orOutcomeUnknown(queue.resume()),
  }));
}

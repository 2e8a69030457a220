import type { TaskRecord } from "../task.ts";
import { defineScript } from "./define-script.ts";
import { parseRecord } from "./record-fields.ts";

export interface BeginReply {
  /**
   * `settled`: the task has its end already; a worker was lost between writing it and telling the queue.
   * `stale`: a newer execution has begun.
   */
  readonly verdict: "begun" | "settled" | "stale";
  readonly record: TaskRecord;
}

export const beginAttempt = defineScript({
  file: new URL("./begin-attempt.lua", import.meta.url),
  args: ["fence", "attempt", "id", "handler", "group", "user", "attempts", "resultTtlMs", "enqueuedAtMs"],
  reply(raw): BeginReply {
    const [verdict, record] = raw as [BeginReply["verdict"], string];
    return { verdict, record: parseRecord(record) };
  },
});

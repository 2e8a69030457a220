import type { TaskId } from "@switchyard/protocol/task-id";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createTaskKeys } from "./task-keys.ts";

test("whatever a task, a group or a key is called, what it makes is a key of tasks, and of no channel", () => {
  const keys = createTaskKeys("sy");
  const shape =
    /^\{sy:tasks\}(?::(?:tasks|record|attempts|idempotency|settled|cancelled|retrying|mark|schedules|schedule|schedule-log|schedule-past|bulk-act|bulk-acts)(?::|$)|$)/;
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", ":", "{", "}", "channel", "*", "sy") }), (text) => {
      const made = Object.values(keys).map((key) => (typeof key === "function" ? key(text as TaskId) : key));
      const [queue] = [`${keys.queuePrefix}:${keys.queueName}:${text}`];
      for (const key of [...made.filter((one) => one !== keys.queueName), queue]) expect(key).toMatch(shape);
    }),
  );
});

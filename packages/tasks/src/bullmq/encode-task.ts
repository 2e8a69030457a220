import type { TaskKeys } from "../redis/task-keys.ts";
import type { EncodeTask } from "../schedules/schedule-entry.ts";
import { admissionOf } from "./enqueue-task.ts";
import { jobOfTask } from "./job-mapping.ts";

/** A task as a script takes it that makes a job of it by itself. */
export function createTaskEncoder(keys: TaskKeys): EncodeTask {
  return (task) => {
    const { name, data, opts } = jobOfTask(task);
    return {
      id: task.id,
      handler: name,
      data: JSON.stringify(data),
      options: JSON.stringify(opts),
      admission: JSON.stringify(admissionOf(task, keys)),
    };
  };
}

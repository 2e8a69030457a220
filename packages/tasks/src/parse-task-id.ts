import { isTaskId, type TaskId } from "@switchyard/protocol/task-id";
import { TaskRejection } from "./task-rejection.ts";

/**
 * The id in a path or a message. A text that no task can be called is refused here: the queue keeps names of its own beside
 * its jobs, and `meta` in place of an id would be its settings.
 * @throws TaskRejection naming `field`.
 */
export function parseTaskId(text: string, field = "id"): TaskId {
  if (isTaskId(text)) return text;
  throw new TaskRejection("field_invalid", field, "is not the id of a task, as enqueueing it returned it");
}

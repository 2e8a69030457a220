import type { EnqueueRequest } from "@switchyard/tasks/task-queue";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import type { NotifyParts } from "./notify.ts";

/**
 * The ids of the tasks, those that were known already among them.
 * @throws TaskRejection the first there is: none of them may be missing
 */
export async function enqueueAll(
  requests: readonly EnqueueRequest[],
  { queue }: Pick<NotifyParts, "queue">,
): Promise<string[]> {
  const replies = requests.length === 0 ? [] : await queue.enqueueMany(requests);
  return replies.map((reply) => {
    if (reply instanceof TaskRejection) throw reply;
    return reply.task.id;
  });
}

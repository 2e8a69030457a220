import type { EnqueueRequest } from "@switchyard/tasks/task-queue";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import type { NotifyParts } from "./notify.ts";
import { slices } from "./slices.ts";

/** What others ask of the same process has its turn in between: twenty at once, of five hundred users each, hold it for 40 ms. */
const tasksAtOnce = 2;

/**
 * The ids of the tasks, those that were known already among them.
 * @throws TaskRejection the first there is: none of them may be missing
 */
export async function enqueueAll(
  requests: readonly EnqueueRequest[],
  { queue }: Pick<NotifyParts, "queue">,
): Promise<string[]> {
  const ids: string[] = [];
  for (const some of slices(requests, tasksAtOnce)) {
    for (const reply of await enqueueSome(some, queue, ids.length > 0)) {
      if (reply instanceof TaskRejection) throw reply;
      ids.push(reply.task.id);
    }
  }
  return ids;
}

async function enqueueSome(requests: readonly EnqueueRequest[], queue: NotifyParts["queue"], wereSomeTaken: boolean) {
  try {
    return await queue.enqueueMany(requests);
  } catch (error) {
    // That the last of them have certainly not arrived does not say that nothing was done.
    if (wereSomeTaken) throw new Error("some of the tasks were taken", { cause: error });
    throw error;
  }
}

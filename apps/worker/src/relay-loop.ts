import type { Logger } from "@switchyard/runtime/logger";
import type { EnqueueRequest, TaskQueue } from "@switchyard/tasks/task-queue";
import { TaskRejection } from "@switchyard/tasks/task-rejection";

/** Between two looks; what happens meanwhile goes into one request. */
const lookEveryMs = 250;

export interface RelayLoopOptions {
  /** Brings what there is into the queue; rejects while Redis does not answer. */
  readonly relay: () => Promise<unknown>;
  /** Whose events wait, for the log. */
  readonly receivers: string;
  readonly logger: Pick<Logger, "warn">;
}

/** Looks again and again for what has happened, once at a time. One line of log per outage, not per look. @returns ends it */
export function startRelayLoop({ relay, receivers, logger }: RelayLoopOptions): () => Promise<void> {
  let relaying: Promise<void> | undefined;
  let isFailing = false;

  async function look(): Promise<void> {
    try {
      await relay();
      isFailing = false;
    } catch (error) {
      if (!isFailing) logger.warn({ err: error }, `events for ${receivers} wait`);
      isFailing = true;
    }
    relaying = undefined;
  }

  const timer = setInterval(() => void (relaying ??= look()), lookEveryMs);
  return async () => {
    clearInterval(timer);
    await relaying;
  };
}

/**
 * Whether the queue has it, now or from another worker: the same batch, made under other settings by one that was as quick, is there. One that is
 * refused would be refused for ever, and everything behind it would wait; it is dropped.
 */
export async function enqueueOrDrop(
  request: EnqueueRequest,
  { queue, receivers, logger }: Omit<RelayLoopOptions, "relay"> & { readonly queue: Pick<TaskQueue, "enqueue"> },
): Promise<boolean> {
  try {
    await queue.enqueue(request);
    return true;
  } catch (error) {
    if (!(error instanceof TaskRejection)) throw error;
    if (error.code === "idempotency_conflict") return true;
    logger.warn({ group: request.group, reason: error.publicMessage }, `events for ${receivers} were dropped`);
    return false;
  }
}

import type { TaskId } from "@switchyard/protocol/task-id";
import type { Logger } from "@switchyard/runtime/logger";
import type { ScriptPlace } from "../redis/define-script.ts";
import { groupScripts } from "./groups/group-scripts.ts";
import type { TakenTask } from "./taken-task.ts";

/** Runs an attempt, one whose task has lost a worker before after the others of its kind. */
export type RunApart = <T>(task: Suspect, interrupted: AbortSignal, run: () => Promise<T>) => Promise<T>;

export type Suspect = Pick<TakenTask, "id" | "losses">;

/** What ends a worker mostly does so at once; who has run for so long without harm is one like any other again. */
const watchedMs = 10_000;

/**
 * Tasks of workers that were lost, one after the other.
 *
 * A worker that dies takes all it runs with it, and nobody knows which of them it was. They come back together, are taken together, and the
 * guilty one would take them all with it again, until they were all given up: 17 good tasks for 3 bad ones, in a trial. So of the tasks
 * that have lost a worker one at a time is begun in each process, the others wait for their turn, and only of the one that is
 * begun it is noted in its job (`apt`), first, that it has. A task that loses workers twice while it is the one is given up, by
 * move-stalled-jobs-to-wait.lua. Twice, because a task that is taken for the first time beside it can be the guilty one, too. Who waits for a turn
 * and loses its worker once more has done nothing yet and is not blamed. Beyond ten losses there is no question any more.
 */
export function createRunApart({ place, logger }: { readonly place: ScriptPlace; readonly logger: Logger }): RunApart {
  let last = Promise.resolve();

  async function note(id: TaskId, isBegun: boolean): Promise<void> {
    try {
      await groupScripts.noteApart.run(place, { id, isBegun: isBegun ? 1 : 0 });
    } catch (error) {
      logger.debug({ err: error, taskId: id }, "a task that lost a worker is run without a note of it");
    }
  }

  return async ({ id, losses }, interrupted, run) => {
    if (losses === 0) return run();
    const before = last;
    const turn = Promise.withResolvers<void>();
    last = turn.promise;
    await untilAborted(before, interrupted);
    // Who gives up waiting does not let those behind it pass.
    const pass = () => void before.then(turn.resolve);
    if (interrupted.aborted) {
      pass();
      return run();
    }
    await note(id, true);
    const timer = setTimeout(() => {
      void note(id, false);
      pass();
    }, watchedMs);
    try {
      return await run();
    } finally {
      clearTimeout(timer);
      await note(id, false);
      pass();
    }
  };
}

async function untilAborted(before: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => aborted.resolve(), { once: true });
  if (signal.aborted) return;
  await Promise.race([before, aborted.promise]);
  aborted.resolve();
}

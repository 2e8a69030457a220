import type { Strike } from "./finish-line.ts";
import type { TaskStage } from "./task-stage.ts";

export interface ArmedWorkers {
  /**
   * To be asked when what was to be struck is over. True: it was, and its worker is gone and counted in `restarts`. A process ends
   * a moment after its SIGKILL, and on a busy machine another worker has finished the work before that.
   */
  hasStruck(): Promise<boolean>;
}

/** Strikes the first worker that sends this text, once. The lines of all must be there: `hasLines`. */
export async function armWorkers({ workers }: TaskStage, text: string, strike: Strike): Promise<ArmedWorkers> {
  // A worker that is starting has a line that is not armed.
  await Promise.all(workers.map((worker) => worker.ready()));
  const gone: Promise<unknown>[] = [];
  const disarm = () => workers.forEach(({ line }) => line?.disarm());
  for (const { line, process } of workers) {
    if (line === undefined || process === undefined) throw new Error("a worker has ended before anything was struck");
    line.arm(text, strike, () => {
      disarm();
      gone.push(strike === "answer" ? Promise.resolve() : process.kill());
    });
  }
  return {
    async hasStruck() {
      disarm();
      await Promise.all(gone);
      return gone.length > 0;
    },
  };
}

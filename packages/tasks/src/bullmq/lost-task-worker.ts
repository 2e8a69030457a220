import { type BackendFactory, type Processor, Worker, type WorkerOptions } from "bullmq";
import { isAnswer } from "@switchyard/redis/command-fate";
import type { GroupBackend } from "./groups/group-backend.ts";
import type { TakenJob } from "./process-job.ts";

export interface LostTaskWorkerOptions {
  readonly name: string;
  readonly options: WorkerOptions;
  readonly backends: BackendFactory<GroupBackend>;
  readonly process: Processor<unknown, unknown>;
  readonly onLost: (taken: TakenJob) => Promise<void>;
  /** Ends a task whose end Redis refuses for what the job itself holds; see {@link LostTaskWorker}. */
  readonly onBroken: (taken: TakenJob, error: Error) => Promise<void>;
}

/**
 * A BullMQ worker that lets no task go on for ever.
 *
 * A task that is given up because its workers were lost too often is failed by BullMQ when it is taken the next time, without
 * calling the processor. `onLost` is called right before, so that here, too, the step that ends the job ends its record.
 *
 * A job whose own fields make the script fail that is to end it (a parent that is none, say) would stay where it is and be
 * taken again and again. `onBroken` ends it in a way that relies on nothing of it.
 */
export class LostTaskWorker extends Worker<unknown, unknown, string, GroupBackend> {
  readonly #onLost: (taken: TakenJob) => Promise<void>;
  readonly #onBroken: (taken: TakenJob, error: Error) => Promise<void>;

  constructor({ onLost, onBroken, process, name, options, backends }: LostTaskWorkerOptions) {
    super(name, process, options, backends);
    this.#onLost = onLost;
    this.#onBroken = onBroken;
  }

  protected override async handleCompleted(...parameters: Parameters<Worker<unknown, unknown>["handleCompleted"]>) {
    const [, job, token] = parameters;
    return this.#orGiveUp({ job, token }, () => super.handleCompleted(...parameters));
  }

  protected override async handleFailed(...parameters: Parameters<Worker<unknown, unknown>["handleFailed"]>) {
    const [, job, token] = parameters;
    if (job.deferredFailure) await this.#onLost({ job, token });
    return this.#orGiveUp({ job, token }, () => super.handleFailed(...parameters));
  }

  /** BullMQ makes a schedule's next run first; a schedule that cannot be read must not keep this run from being ended. */
  protected override async nextJobFromJobData(...parameters: Parameters<Worker["nextJobFromJobData"]>) {
    const [data, id, token] = parameters;
    const job = await super.nextJobFromJobData(data, id, token);
    if (job !== undefined || !data?.repeatJobKey) return job;
    const { repeatJobKey: _, ...withoutSchedule } = data;
    return super.nextJobFromJobData(withoutSchedule, id, token);
  }

  async #orGiveUp<T>(taken: TakenJob, end: () => Promise<T>): Promise<T> {
    try {
      return await end();
    } catch (error) {
      // What passes has been waited for, and what the queue refuses by a number of its own is no error of Redis.
      if (!isAnswer(error)) throw error;
      await this.#onBroken(taken, error);
      // There is no next job, which BullMQ says so, whatever its types do.
      return undefined as T;
    }
  }
}

import { type BackendFactory, type Processor, Worker, type WorkerOptions } from "bullmq";
import type { GroupBackend } from "./groups/group-backend.ts";
import type { TakenJob } from "./process-job.ts";

export interface LostTaskWorkerOptions {
  readonly name: string;
  readonly options: WorkerOptions;
  readonly backends: BackendFactory<GroupBackend>;
  readonly process: Processor<unknown, unknown>;
  readonly onLost: (taken: TakenJob) => Promise<void>;
}

/**
 * A BullMQ worker that tells when a task is given up because its workers were lost too often.
 *
 * BullMQ fails such a job when it is taken the next time, without calling the processor. `onLost` is called right before,
 * so that here, too, the step that ends the job ends its record.
 */
export class LostTaskWorker extends Worker<unknown, unknown, string, GroupBackend> {
  readonly #onLost: (taken: TakenJob) => Promise<void>;

  constructor({ onLost, process, name, options, backends }: LostTaskWorkerOptions) {
    super(name, process, options, backends);
    this.#onLost = onLost;
  }

  protected override async handleFailed(...parameters: Parameters<Worker<unknown, unknown>["handleFailed"]>) {
    const [, job, token] = parameters;
    if (job.deferredFailure) await this.#onLost({ job, token });
    return super.handleFailed(...parameters);
  }
}

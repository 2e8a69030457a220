import { type Job, Worker } from "bullmq";

/**
 * A BullMQ worker that tells when a task is given up because its workers were lost too often.
 *
 * BullMQ fails such a job when it is taken the next time, without calling the processor. `onLost` is called right before,
 * so that here, too, the record is written first and the queue told then.
 */
export class LostTaskWorker extends Worker<unknown, unknown> {
  readonly #onLost: (job: Job<unknown>) => Promise<void>;

  constructor(
    onLost: (job: Job<unknown>) => Promise<void>,
    ...parameters: ConstructorParameters<typeof Worker<unknown, unknown>>
  ) {
    super(...parameters);
    this.#onLost = onLost;
  }

  protected override async handleFailed(...parameters: Parameters<Worker<unknown, unknown>["handleFailed"]>) {
    const [, job] = parameters;
    if (job.deferredFailure) await this.#onLost(job);
    return super.handleFailed(...parameters);
  }
}

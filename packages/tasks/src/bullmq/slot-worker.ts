import { type BackendFactory, type Job, raw2NextJobData, UnrecoverableError, Worker, type WorkerOptions } from "bullmq";
import { isAnswer } from "@switchyard/redis/command-fate";
import type { GroupBackend, Next } from "./groups/group-backend.ts";
import type { Completed } from "./process-job.ts";
import type { TakenTask } from "./taken-task.ts";

export interface SlotWorkerOptions {
  readonly name: string;
  readonly options: WorkerOptions;
  readonly backends: BackendFactory<GroupBackend>;
  /** Runs a task; throws what BullMQ is to be told of any other end than a success. */
  readonly process: (task: TakenTask) => Promise<Completed>;
  readonly onLost: (task: TakenTask) => Promise<void>;
  /** Ends a task whose end Redis refuses for what the job itself holds; see {@link SlotWorker}. */
  readonly onBroken: (task: TakenTask, error: Error) => Promise<void>;
}

/**
 * A BullMQ worker whose slots run one task after the other, and that lets no task go on for ever.
 *
 * BullMQ's loop takes every task back after its end and hands the next one out, as an object of its own class, by way of some forty promises.
 * Here a slot keeps to its tasks for as long as each end brings the next one, and goes back to the loop, which waits for more, when there is
 * none. What is not usual, as failures and what a schedule has made, takes BullMQ's way. Its events `active`, `completed`
 * and `drained` are not told of tasks that do not.
 *
 * A task that is given up because its workers were lost too often is failed by BullMQ when it is taken the next time, without
 * running it. `onLost` is called right before, so that here, too, the step that ends the job ends its record.
 *
 * A job whose own fields make the script fail that is to end it (a parent that is none, say) would stay where it is and be
 * taken again and again. `onBroken` ends it in a way that relies on nothing of it.
 */
export class SlotWorker extends Worker<unknown, unknown, string, GroupBackend> {
  readonly #own: SlotWorkerOptions;

  constructor(own: SlotWorkerOptions) {
    // Never called: this class has a `processJob` of its own.
    super(own.name, () => Promise.reject(new Error("a slot runs its tasks itself")), own.options, own.backends);
    this.#own = own;
  }

  override async processJob(first: Job<unknown>, token: string, mayFetch: () => boolean = () => true): Promise<void> {
    let task: TakenTask | undefined = this.#takenAs(first, token);
    // oxlint-disable-next-line no-await-in-loop -- one after the other is what a slot is
    while (task !== undefined) task = await this.#runOne(task, mayFetch);
  }

  async #runOne(task: TakenTask, mayFetch: () => boolean): Promise<TakenTask | undefined> {
    const { id, token } = task;
    // By this worker's clock, which is what locks are renewed by.
    this.lockManager.trackJob(id, token, Date.now());
    try {
      if (task.deferredFailure !== "") {
        await this.#own.onLost(task);
        throw new UnrecoverableError(task.deferredFailure);
      }
      const done = await this.#own.process(task);
      this.lockManager.untrackJob(id);
      return await this.#complete(task, done, mayFetch);
    } catch (error) {
      return await this.#fail(task, error as Error, mayFetch);
    } finally {
      this.lockManager.untrackJob(id);
    }
  }

  async #complete(task: TakenTask, done: Completed, mayFetch: () => boolean): Promise<TakenTask | undefined> {
    if (this.backend.closing) return undefined;
    if (!task.isPlain) return this.#completeAsStock(task, done, mayFetch);
    const end = () => this.backend.complete(task, { ...done, wantsNext: this.#wantsNext(mayFetch) });
    let next: Next | undefined;
    try {
      next = await end();
    } catch (error) {
      next = await this.#orGiveUp(task, () => this.#repeated(end, error));
    }
    return next && this.#follow(next, task.token);
  }

  async #completeAsStock(task: TakenTask, { value, ending }: Completed, mayFetch: () => boolean) {
    if (ending !== undefined)
      this.backend.handovers.end(task.token, { ...ending, fields: withValue(ending.fields, value) });
    const end = () =>
      this.#orGiveUp(task, () => this.handleCompleted(JSON.parse(value), task.job(), task.token, mayFetch));
    const next = await this.#whileLost(end);
    return next && this.#takenAs(next, task.token);
  }

  async #fail(task: TakenTask, error: Error, mayFetch: () => boolean): Promise<TakenTask | undefined> {
    const { token } = task;
    const end = () => {
      this.lockManager.untrackJob(task.id);
      return this.#orGiveUp(task, () => this.handleFailed(error, task.job(), token, mayFetch));
    };
    const next = await this.#whileLost(end, { onlyEmitError: true });
    return next && this.#takenAs(next, token);
  }

  /** Repeats what has failed once, if and as BullMQ would. */
  #repeated(end: () => Promise<Next>, error: unknown): Promise<Next | undefined> {
    let isFirst = true;
    return this.#whileLost(() => {
      if (!isFirst) return end();
      isFirst = false;
      return Promise.reject(error as Error);
    });
  }

  /** For as long as it is the connection that fails. */
  #whileLost<T>(end: () => Promise<T>, options: { readonly onlyEmitError?: true } = {}): Promise<T | undefined> {
    const { runRetryDelay = 15_000 } = this.opts;
    return this["retryIfFailed"](end, { delayInMs: runRetryDelay, ...options }) as Promise<T | undefined>;
  }

  /**
   * BullMQ looks whether a worker was told to take nothing more before its wait for tasks, and not after it. What it took then would run
   * beyond the time a drain gives, as nobody interrupts it.
   */
  protected override async moveToActive(...parameters: Parameters<Worker["moveToActive"]>) {
    if (!this.paused && !this.closing) return super.moveToActive(...parameters);
    await this.backend.wakeNext();
    return undefined as never;
  }

  #wantsNext(mayFetch: () => boolean): boolean {
    return mayFetch() && !this.closing && !this.paused;
  }

  async #follow({ task, limitMs, lookAtMs }: Next, token: string): Promise<TakenTask | undefined> {
    this["updateDelays"](limitMs, lookAtMs);
    if (task === undefined) {
      await this.nextJobFromJobData();
      return undefined;
    }
    task.jobIs(() => this.#jobOf(task, token));
    this["drained"] = false;
    if (!task.isOfSchedule) return task;
    // BullMQ makes the schedule's next run.
    const job = await this.nextJobFromJobData(...this.#jsonOf(task), token);
    return job && this.#takenAs(job, token, task);
  }

  /** BullMQ makes a schedule's next run first; a schedule that cannot be read must not keep this run from being ended. */
  protected override async nextJobFromJobData(...parameters: Parameters<Worker["nextJobFromJobData"]>) {
    const [data, id, token] = parameters;
    const job = await super.nextJobFromJobData(data, id, token);
    if (job !== undefined || !data?.repeatJobKey) return job;
    const { repeatJobKey: _, ...withoutSchedule } = data;
    return super.nextJobFromJobData(withoutSchedule, id, token);
  }

  /** What the script has handed out that BullMQ has made this job of. */
  #takenAs(job: Job<unknown>, token: string, known?: TakenTask): TakenTask {
    const task = known ?? this.backend.handovers.taken(job.id ?? "", String(job.attemptsStarted));
    if (task === undefined) throw new Error(`no script of ours has handed out ${job.id}`);
    task.token = token;
    task.jobIs(() => job);
    return task;
  }

  #jobOf(task: TakenTask, token: string): Job<unknown> {
    const job = this.createJob(...this.#jsonOf(task));
    job.token = token;
    return job;
  }

  #jsonOf(task: TakenTask): Parameters<Worker["createJob"]> {
    const [data] = raw2NextJobData([task.jobFields(), task.id, 0, 0]);
    if (!data) throw new Error(`${task.id} has no fields`);
    return [data, task.id];
  }

  async #orGiveUp<T>(task: TakenTask, end: () => Promise<T>): Promise<T | undefined> {
    try {
      return await end();
    } catch (error) {
      // What passes has been waited for, and what the queue refuses by a number of its own is no error of Redis.
      if (!isAnswer(error)) throw error;
      await this.#own.onBroken(task, error);
      // There is no next job.
      return undefined;
    }
  }
}

/** The script of usual ends takes `=` for the job's value. */
function withValue(fields: readonly string[], value: string): readonly string[] {
  return fields.map((field) => (field === "=" ? value : field));
}

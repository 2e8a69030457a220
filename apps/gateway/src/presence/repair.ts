import type { Logger } from "@switchyard/runtime/logger";

export interface RepairOptions {
  readonly logger: Pick<Logger, "info" | "warn">;
  /** @throws when it has to be done again */
  readonly run: (rewriting: boolean) => Promise<void>;
}

/** Soon, but not once per failure: a Redis that is away fails everybody at the same moment. */
const delayMs = 1_000;

/** Runs a repair some time after it was asked for, and again until it succeeds. */
export class Repair {
  readonly #options: RepairOptions;
  #rewriting = false;
  #timer: NodeJS.Timeout | undefined;
  /** One line of log per outage, not per attempt. */
  #isFailing = false;
  #closed = false;

  constructor(options: RepairOptions) {
    this.#options = options;
  }

  request({ rewriting } = { rewriting: false }): void {
    this.#rewriting ||= rewriting;
    if (this.#closed) return;
    this.#timer ??= setTimeout(() => void this.#run(), delayMs).unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    const { logger, run } = this.#options;
    const rewriting = this.#rewriting;
    this.#rewriting = false;
    this.#timer = undefined;
    try {
      await run(rewriting);
      this.#isFailing = false;
      logger.info({ rewriting }, "presence repaired");
    } catch (error) {
      if (!this.#isFailing) logger.warn({ err: error }, "presence repair failed");
      this.#isFailing = true;
      this.request({ rewriting });
    }
  }
}

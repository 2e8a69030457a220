import type { Logger } from "@switchyard/runtime/logger";
import type { PoolProcess, ProcessEnd } from "./pool-process.ts";

export interface SupervisorOptions {
  readonly start: (number: number) => SupervisedProcess;
  /** What a process that is not needed any more has for what it runs. */
  readonly drainTimeoutMs: number;
  /** Beyond that, for giving back what it could not finish; all it has when the pool itself stops. */
  readonly graceMs: number;
  /** One that has answered nothing for so long is killed, and another started. */
  readonly silentMaxMs: number;
  readonly logger: Pick<Logger, "info" | "warn">;
  /** Told of each process that is gone. */
  readonly onEnded: (process: SupervisedProcess, wasAsked: boolean) => void;
}

export type SupervisedProcess = Pick<PoolProcess, keyof PoolProcess>;

/** A process that has taken tasks for so long was able to start. How long its start took says nothing: on a busy machine it may be a minute. */
const earlyMs = 10_000;
/** Between two questions that were not answered: the wait for the answer, and the pause after it. */
const lookLeastMs = 2_000;
/** A process has told by then what it gives back; what is killed later than the pool's own deadline is not killed. */
const killAheadMs = 1_000;
const waitMs = { first: 1_000, longest: 60_000 } as const;

/**
 * Keeps as many processes as are wanted. One that ends unasked is started again: at once where it had worked for a while, and after
 * 1, 2, 4 … 60 s where one after the other ends before it has taken tasks for 10 s.
 */
export class ProcessSupervisor {
  /** All there are, on their way out or not. */
  readonly processes = new Set<SupervisedProcess>();
  readonly #options: SupervisorOptions;
  /** Starts that wait for their time. */
  readonly #waiting = new Set<NodeJS.Timeout>();
  #wanted = 0;
  /** Early ones, one after the other. */
  #deathsRunning = 0;
  #earlyDeaths = 0;
  #isStopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  get wanted(): number {
    return this.#wanted;
  }

  /** Processes that have ended before they had taken tasks for 10 s, so far. */
  get earlyDeaths(): number {
    return this.#earlyDeaths;
  }

  resize(wanted: number): void {
    this.#wanted = wanted;
    while (this.#working().length + this.#waiting.size > wanted) this.#drop();
    this.#fill();
  }

  /**
   * Kills those that have stood still for too long: nobody else would, and their places would be missing until someone looks. Told with
   * the line of their end.
   */
  endSilent(): void {
    const { logger, silentMaxMs } = this.#options;
    for (const process of this.processes) {
      const silentMs = process.unanswered * lookLeastMs;
      if (silentMs < silentMaxMs) continue;
      logger.warn(
        { process: process.number, childPid: process.pid, silentMs },
        "pool process does not answer, killing it",
      );
      process.kill();
    }
  }

  /** Tells all of them to stop, kills what is left shortly before the pool must end itself, and resolves when they are gone. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#waiting) clearTimeout(timer);
    for (const process of this.processes) process.stop();
    const { graceMs } = this.#options;
    const timer = setTimeout(
      () => {
        for (const process of this.processes) process.kill();
      },
      graceMs - Math.min(killAheadMs, graceMs / 10),
    );
    await Promise.all(Array.from(this.processes, ({ ended }) => ended));
    clearTimeout(timer);
  }

  #working(): readonly SupervisedProcess[] {
    return Array.from(this.processes).filter(({ state }) => state !== "retiring");
  }

  #fill(): void {
    while (!this.#isStopping && this.#working().length + this.#waiting.size < this.#wanted) this.#startOne();
  }

  #startOne(): void {
    const taken = new Set(Array.from(this.processes, ({ number }) => number));
    let number = 1;
    while (taken.has(number)) number += 1;
    const process = this.#options.start(number);
    this.processes.add(process);
    void process.ended.then((end) => this.#noteEnd(process, end));
  }

  #noteEnd(process: SupervisedProcess, { how, workedMs }: ProcessEnd): void {
    const { logger, onEnded } = this.#options;
    const wasAsked = this.#isStopping || process.state === "retiring";
    this.processes.delete(process);
    onEnded(process, wasAsked);
    const { number, pid: childPid, startedAtMs, load } = process;
    const livedMs = Math.round(performance.now() - startedAtMs);
    if (wasAsked) return logger.info({ process: number, childPid, how, livedMs }, "pool process ended");
    const isEarly = (workedMs ?? 0) < earlyMs;
    const wasReady = workedMs !== undefined;
    this.#earlyDeaths += isEarly ? 1 : 0;
    this.#deathsRunning = isEarly ? this.#deathsRunning + 1 : 0;
    const restartMs = isEarly ? Math.min(waitMs.first * 2 ** (this.#deathsRunning - 1), waitMs.longest) : 0;
    const circumstances = { process: number, childPid, how, livedMs, wasReady, running: load?.running, restartMs };
    logger.warn(circumstances, "pool process ended unasked");
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      this.#fill();
    }, restartMs);
    this.#waiting.add(timer);
  }

  /** First a start that waits; then the process that gives up the least, the youngest among equals. */
  #drop(): void {
    const { drainTimeoutMs, graceMs } = this.#options;
    const [timer] = this.#waiting;
    if (timer !== undefined) {
      clearTimeout(timer);
      this.#waiting.delete(timer);
      return;
    }
    const running = (process: SupervisedProcess) => process.load?.running ?? 0;
    const byLoad = this.#working().toSorted((a, b) => running(a) - running(b) || b.startedAtMs - a.startedAtMs);
    byLoad[0]?.retire(drainTimeoutMs, graceMs);
  }
}

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { memberArguments, type PoolMember } from "./pool-line.ts";
import type { Answers, FromProcess, MetricsJson, ProcessLoad, ToProcess } from "./pool-message.ts";

export interface ProcessEnd {
  /** The exit code, or the signal. */
  readonly how: number | NodeJS.Signals;
  /** For how long it took tasks; undefined: it never did. */
  readonly workedMs: number | undefined;
}

const answerWithinMs = 1_000;

/**
 * One worker of a pool, from the pool's side. It has a session of its own, so that a Ctrl-C in a terminal reaches the pool alone, which
 * then tells it once; a second signal would end it with all it runs. What it logs goes where the pool's log goes.
 */
export class PoolProcess {
  readonly startedAtMs = performance.now();
  readonly pid: number;
  /** When it first took tasks. */
  readonly ready: Promise<void>;
  /** Once it is gone and everything it has said was heard. */
  readonly ended: Promise<ProcessEnd>;
  /** From 1; that of one that has ended is given again. */
  readonly number: number;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (says: unknown) => void>();
  #state: "starting" | "ready" | "retiring" = "starting";
  #questions = 0;
  #unanswered = 0;
  #load: ProcessLoad | undefined;
  #metrics: MetricsJson | undefined;

  /** @param main path of the worker's main.ts */
  constructor(main: string, { pool, number }: Pick<PoolMember, "pool" | "number">) {
    this.number = number;
    this.#child = fork(main, memberArguments(pool, number), {
      detached: true,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.pid = this.#child.pid ?? 0;
    const ready = Promise.withResolvers<void>();
    let readyAtMs = Infinity;
    void ready.promise.then(() => (readyAtMs = performance.now()));
    this.ready = ready.promise;
    this.ended = endOf(this.#child).then((how) => {
      const workedMs = performance.now() - readyAtMs;
      return { how, workedMs: workedMs < 0 ? undefined : workedMs };
    });
    this.#child.on("message", (message) => this.#hear(message as FromProcess, ready.resolve));
  }

  get state() {
    return this.#state;
  }

  /** As it last said; undefined before. */
  get load() {
    return this.#load;
  }

  get metrics() {
    return this.#metrics;
  }

  /** Looks running at which it did not say what it does. In looks and not by the clock: a pool that was stopped itself has asked nobody. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** Undefined when it does not answer within a second: it starts, or its event loop stands still. */
  async ask<About extends keyof Answers>(about: About): Promise<Answers[About] | undefined> {
    const id = ++this.#questions;
    const answered = new Promise<unknown>((resolve) => this.#waiting.set(id, resolve));
    this.#tell({ kind: "ask", id, about });
    const says = await Promise.race([answered, sleep(answerWithinMs, undefined, { ref: false })]);
    this.#waiting.delete(id);
    if (about === "load") this.#unanswered = says === undefined ? this.#unanswered + 1 : 0;
    return says as Answers[About] | undefined;
  }

  /** Lets it finish what it runs, and kills it when it is still there this time and `graceMs` later. */
  retire(timeoutMs: number, graceMs: number): void {
    this.#state = "retiring";
    this.#tell({ kind: "retire", timeoutMs });
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), timeoutMs + graceMs);
    this.#child.once("exit", () => clearTimeout(timer));
  }

  /** Ends it as it is; what it runs is run again elsewhere. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** As SIGTERM does: it has `shutdown.timeout` to end, and holds itself to that. */
  stop(): void {
    this.#state = "retiring";
    this.#tell({ kind: "stop" });
  }

  #hear(message: FromProcess, onReady: () => void): void {
    if (message.kind === "ready") {
      if (this.#state === "starting") this.#state = "ready";
      onReady();
    } else if (message.kind === "farewell") this.#metrics = message.metrics;
    else {
      if (message.about === "load") this.#load = message.says;
      if (message.about === "metrics") this.#metrics = message.says;
      this.#waiting.get(message.id)?.(message.says);
    }
  }

  /** One that is gone hears nothing, and `ended` tells. */
  #tell(message: ToProcess): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}

/** The channel is read to its end: what the process said last may come after word of its death. */
async function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  const closed = once(child, "disconnect");
  try {
    const [[code, signal]] = await Promise.all([once(child, "exit"), closed]);
    return (code ?? signal) as number | NodeJS.Signals;
  } catch {
    // It could not be started: no process, no memory.
    return 1;
  }
}

import { hostname } from "node:os";
import { parseDurationMs } from "@switchyard/runtime/duration";
import { closeServer, listen } from "@switchyard/runtime/listen";
import type { Logger } from "@switchyard/runtime/logger";
import { createProbes, createProbeServer } from "@switchyard/runtime/probes";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { RunningApp } from "@switchyard/runtime/run-app";
import type { Settings } from "@switchyard/runtime/settings";
import { StartupError } from "@switchyard/runtime/startup-error";
import { stallsPerLock } from "../watchdog.ts";
import { openShare } from "./open-share.ts";
import { createPoolMetrics, type PoolMetrics } from "./pool-metrics.ts";
import { PoolProcess } from "./pool-process.ts";
import { initialState } from "./pool-memory.ts";
import { decide } from "./pool-rule.ts";
import type { PoolSample } from "./pool-sample.ts";
import { ProcessSupervisor, type SupervisedProcess } from "./process-supervisor.ts";
import { createSampler, isSilent } from "./take-sample.ts";
import { tellDecisions } from "./tell-decisions.ts";

export interface StartPoolOptions {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
  /** Path of the worker's main.ts. */
  readonly main: string;
  /** Resolves when the pool is to stop, ready or not. */
  readonly stopRequested: Promise<unknown>;
}

const everyMs = 1_000;

/**
 * The composition root of a pool: a process that does none of the work and only looks at how much there is. The work is
 * done by its processes, each a worker as it would be alone. See docs/decisions/0032-worker-pool.md.
 */
export async function startPool({
  settings,
  logger,
  stack,
  main,
  stopRequested,
}: StartPoolOptions): Promise<RunningApp> {
  const { worker } = settings;
  const pool = `${hostname()}:${process.pid}`;
  const readBacklog = await openShare({ settings, logger, stack, pool });
  const metrics = createPoolMetrics(() => supervisor.processes);
  const supervisor = new ProcessSupervisor({
    start: (number) => new PoolProcess(main, { pool, number }),
    drainTimeoutMs: parseDurationMs(worker.processes.drain_timeout),
    graceMs: parseDurationMs(settings.shutdown.timeout),
    // Where only its event loop stood still, its own watchdog has ended it before.
    silentMaxMs: stallsPerLock * parseDurationMs(settings.tasks.lock_duration) + 30_000,
    logger,
    onEnded(process, wasAsked) {
      metrics.keep(process);
      if (!wasAsked) metrics.deaths.inc();
    },
  });
  stack.defer("processes", () => supervisor.stop());
  supervisor.resize(worker.processes.min);
  await Promise.race([oneIsReady(supervisor), stopRequested]);

  const sample = createSampler({ supervisor, readBacklog });
  stack.defer("rule", followRule({ settings, logger, supervisor, metrics, sample }));
  const probes = createProbes({ checks: { processes: () => checkProcesses(supervisor.processes) }, metrics });
  const server = createProbeServer(probes);
  const { port } = await listen(server, worker);
  stack.defer("probes", () => closeServer(server));
  const { min, max, dry_run: dryRun } = worker.processes;
  logger.info({ port, processes: { min, max, dryRun } }, "listening");
  return {
    async drain() {
      probes.beginDrain();
      await supervisor.stop();
    },
  };
}

/**
 * Settings or a machine that let no process start are told at once, by the exit code of the first that ends; later, when some have
 * started before, it is tried again.
 * @throws StartupError
 */
async function oneIsReady({ processes }: ProcessSupervisor): Promise<void> {
  const ended = Array.from(processes, async ({ number, ended: end }) => {
    const { how, workedMs } = await end;
    if (workedMs !== undefined) return;
    const kind = how === 78 ? "config" : "environment";
    throw new StartupError(kind, `process ${number} of the pool ended (${how}) before it was ready; it has said why`);
  });
  await Promise.race([...ended, ...Array.from(processes, ({ ready }) => ready)]);
}

interface RuleParts {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly supervisor: ProcessSupervisor;
  readonly metrics: PoolMetrics;
  readonly sample: ReturnType<typeof createSampler>;
}

/** Once a second: look, decide, tell, do. @returns ends it */
function followRule({ settings, logger, supervisor, metrics, sample }: RuleParts): () => void {
  const { concurrency, processes } = settings.worker;
  const { min, max, dry_run: isDryRun, target_wait: targetWait } = processes;
  const policy = { min, max, concurrency, targetWaitMs: parseDurationMs(targetWait), isDryRun };
  const tell = tellDecisions({ logger, metrics, isDryRun });
  let state = initialState;
  // How many there would be by now, each of them ready.
  let imagined = min;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  async function look(): Promise<void> {
    const found = await sample();
    if (isOver) return;
    const seen = isDryRun ? imagine(found, imagined) : found;
    const { state: next, decision } = decide(state, seen, policy);
    state = next;
    // On trial what waits is as old as it is, whatever is imagined beside it.
    tell(decision, { ...seen, backlog: found.backlog });
    if (isDryRun) imagined = decision.processes;
    else supervisor.resize(decision.processes);
    supervisor.endSilent();
    metrics.need.set(decision.need);
    metrics.processes.set({ state: "wanted" }, supervisor.wanted);
    for (const name of processStates) {
      const inState = Array.from(supervisor.processes).filter((process) => name === stateOf(process));
      metrics.processes.set({ state: name }, inState.length);
    }
    timer = setTimeout(() => void look(), everyMs);
  }

  timer = setTimeout(() => void look(), everyMs);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

const processStates = ["starting", "ready", "silent", "retiring"] as const;

function stateOf(process: SupervisedProcess): (typeof processStates)[number] {
  return process.state !== "retiring" && isSilent(process) ? "silent" : process.state;
}

/** The same work before more processes, each of them ready. How long it has waited says nothing of them. */
function imagine(found: PoolSample, processes: number): PoolSample {
  const { backlog } = found;
  const oldestAgeMs = processes > found.processes ? null : (backlog?.oldestAgeMs ?? null);
  return { ...found, processes, ready: processes, silent: 0, backlog: backlog && { ...backlog, oldestAgeMs } };
}

/** A pool can do its job when one of its processes can. */
async function checkProcesses(processes: Iterable<SupervisedProcess>): Promise<string | undefined> {
  const answers = await Promise.all(Array.from(processes, (process) => process.ask("readiness")));
  if (answers.includes(null)) return undefined;
  return answers.find((answer) => answer !== undefined && answer !== null) ?? "none of the processes answers";
}

import type { NodeDescription, ProcessDescription } from "@switchyard/broker/node-registry";
import { needBounds } from "@switchyard/console/need-rules";
import type { Logger } from "@switchyard/runtime/logger";
import type { Backlog } from "@switchyard/tasks/backlog";
import type { GroupTrouble } from "@switchyard/tasks/group-trouble";
import type { WorkerState } from "@switchyard/tasks/worker-registry";
import { createHold } from "./hold-missing.ts";
import { type AliveProcesses, createProcessList, type LastWords, type ListedProcess } from "./process-list.ts";
import type { ScheduleTrouble } from "./schedule-trouble.ts";
import { createSettingsWatch, type SettingsDifference } from "./settings-watch.ts";
import { type SharedReading, shareReading } from "../../share-reading.ts";

/** Where what the console shows is read from. */
export interface HubSources {
  backlog(): Promise<Backlog>;
  trouble(): Promise<GroupTrouble>;
  gateways(): Promise<readonly NodeDescription[]>;
  apis(): Promise<readonly ProcessDescription[]>;
  workers(): Promise<readonly WorkerState[]>;
  /** Of processes that are not there any more. */
  lastWords(uids: readonly string[]): Promise<LastWords>;
  schedules(): Promise<readonly ScheduleTrouble[]>;
}

/** The whole hub at one moment. */
export interface HubSnapshot {
  readonly nowMs: number;
  readonly backlog: Backlog;
  readonly trouble: GroupTrouble;
  readonly processes: readonly ListedProcess[];
  readonly settingsDiffer: readonly SettingsDifference[];
  /** Those that are alive, as each of them says of itself. */
  readonly workers: readonly WorkerState[];
  readonly schedules: readonly ScheduleTrouble[];
  /** Attempts that run by the queue and that no worker has had for the whole of {@link lostAfterMs}. */
  readonly lostAttempts: number;
}

/** `now`: not older than a second; rejects when Redis does not answer. */
export interface HubWatch extends SharedReading<HubSnapshot> {
  close(): void;
}

const freshMs = 900;
const lookEveryMs = 10_000;
const schedulesEveryMs = 10_000;
const lostAfterMs = needBounds.attemptsLostAfterMs;

/**
 * Looks at the hub when somebody asks, and every 10 s for itself: so a process that has vanished is known by name. That is in memory and of
 * this api alone; what the hub was like over the last hours is kept by all apis together (figure-recorder.ts).
 */
export function watchHub(sources: HubSources, logger: Logger): HubWatch {
  const memory = createMemory();
  const schedules = shareReading(() => sources.schedules(), schedulesEveryMs);
  const reading = shareReading(async () => {
    const [backlog, trouble, gateways, apis, workers, scheduleTrouble] = await Promise.all([
      sources.backlog(),
      sources.trouble(),
      sources.gateways(),
      sources.apis(),
      sources.workers(),
      schedules.now(),
    ]);
    const alive = { gateways, apis, workers };
    // Asked after the lists: whoever leaves says so before it is off its list.
    const lastWords = await sources.lastWords(memory.missing(alive));
    return { ...memory.compare({ backlog, trouble, lastWords, listed: alive }), schedules: scheduleTrouble };
  }, freshMs);
  const sampling = setInterval(() => {
    reading.now().catch((error: unknown) => logger.debug({ err: error }, "the hub was not looked at"));
  }, lookEveryMs).unref();
  return { ...reading, close: () => clearInterval(sampling) };
}

interface Reading {
  /** By the lists. */
  readonly listed: AliveProcesses;
  readonly backlog: Backlog;
  readonly trouble: GroupTrouble;
  readonly lastWords: LastWords;
}

/** What one reading says only beside those before it. */
function createMemory() {
  const processes = createProcessList();
  const hold = createHold();
  const settings = createSettingsWatch();
  const unclaimed: { readonly atMs: number; readonly count: number }[] = [];
  return {
    missing: (alive: AliveProcesses) => processes.missing(alive),
    compare({ backlog, trouble, lastWords, listed }: Reading): Omit<HubSnapshot, "schedules"> {
      const nowMs = trouble.readAtMs;
      const alive = hold(listed, { lastWords, nowMs, isRefusing: trouble.refusal !== null });
      const busy = alive.workers.reduce((sum, worker) => sum + worker.busy, 0);
      unclaimed.push({ atMs: nowMs, count: Math.max(0, backlog.counts.running - busy) });
      while ((unclaimed[1]?.atMs ?? nowMs) <= nowMs - lostAfterMs) unclaimed.shift();
      const known = processes.update(alive, lastWords, nowMs);
      const lostAttempts = leastOver(unclaimed, nowMs);
      const settingsDiffer = settings.look(known, nowMs);
      const { workers } = alive;
      return { nowMs, backlog, trouble, processes: known, settingsDiffer, workers, lostAttempts };
    },
  };
}

/** What was there in every reading of the whole time; nothing, while there are not readings of so long. */
function leastOver(readings: readonly { readonly atMs: number; readonly count: number }[], nowMs: number): number {
  if ((readings[0]?.atMs ?? nowMs) > nowMs - lostAfterMs) return 0;
  return Math.min(...readings.map(({ count }) => count));
}

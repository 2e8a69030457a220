import { setTimeout as sleep } from "node:timers/promises";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import type { AppProcess } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { childrenOf } from "@switchyard/testkit/process-tree";
import type { Redis } from "ioredis";
import type { openRunLog } from "./run-log.ts";

/** What is made trouble for. */
export interface Trial {
  readonly redis: Redis;
  readonly url: string;
  readonly queue: TaskQueue;
  readonly log: ReturnType<typeof openRunLog>;
  readonly workers: AppProcess[];
  readonly start: () => Promise<AppProcess>;
  readonly ids: string[];
  close(): Promise<void>;
}

export const queuePrefix = "{sy:tasks}:tasks:";
/** The first groups run one task at a time, whatever happens: their order is exact. */
export const resizableFrom = 0.75;

/** One trouble after the other until told to stop; then everything is set right again. */
export function makeTrouble(trial: Trial, { groups }: { readonly groups: number }, random: () => number) {
  let isStopped = false;
  const done: string[] = [];
  const troubles = [killWorker, stopWorker, pauseGroup, pauseGroup, resizeGroup, resizeGroup, resizeGroup];
  async function go(): Promise<readonly string[]> {
    while (!isStopped) {
      const trouble = troubles[Math.floor(random() * troubles.length)];
      if (trouble !== undefined) done.push(await trouble(trial, random, groups));
      await sleep(100 + random() * 300);
    }
    return done;
  }
  return { done: go(), stop: () => void (isStopped = true) };
}

async function killWorker(trial: Trial, random: () => number): Promise<string> {
  const index = Math.floor(random() * trial.workers.length);
  const one = oneOf(trial.workers[index], random);
  if (one !== undefined) return signalOne(one, "SIGKILL", "kill process");
  const [victim] = trial.workers.splice(index, 1);
  await victim?.kill();
  trial.workers.push(await trial.start());
  return "kill";
}

/** Longer than its locks last: the others take its tasks, and then it is back and does not know. */
async function stopWorker(trial: Trial, random: () => number): Promise<string> {
  const victim = trial.workers[Math.floor(random() * trial.workers.length)];
  const pid = oneOf(victim, random) ?? victim?.pid ?? 0;
  signalOne(pid, "SIGSTOP", "");
  await sleep(2_500 + random() * 1_500);
  return signalOne(pid, "SIGCONT", "stop");
}

/** A process of the pool, more often than the pool itself; undefined: the worker is none, or the pool it is. */
function oneOf(worker: AppProcess | undefined, random: () => number): number | undefined {
  const children = worker === undefined ? [] : childrenOf(worker.pid);
  return random() < 0.3 ? undefined : children[Math.floor(random() * children.length)];
}

function signalOne(pid: number, signal: NodeJS.Signals, done: string): string {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended since it was looked for.
  }
  return done;
}

async function pauseGroup({ queue }: Trial, random: () => number, groups: number): Promise<string> {
  const group = `g${Math.floor(random() * groups)}`;
  await queue.groups.pause(group);
  await sleep(random() * 300);
  await queue.groups.resume(group);
  return `pause ${group}`;
}

async function resizeGroup(trial: Trial, random: () => number, groups: number): Promise<string> {
  const { queue, log } = trial;
  const first = Math.ceil(groups * resizableFrom);
  const group = `g${first + Math.floor(random() * (groups - first))}`;
  const before = (await queue.groups.get(group)).settings.concurrency ?? 0;
  const concurrency = 1 + Math.floor(random() * 5);
  const limit = { kind: "limit", task: "", group, value: concurrency, token: "1" } as const;
  if (concurrency > before) await log.note(limit);
  await queue.groups.configure(group, { concurrency });
  if (concurrency < before) {
    await fetchedHaveStarted(trial, group);
    await log.note(limit);
  }
  return `resize ${group} ${concurrency}`;
}

/** What was fetched under a former limit may say that it starts a moment later; what its worker has lost starts under the new one. */
async function fetchedHaveStarted({ redis, queue, log }: Trial, group: string): Promise<void> {
  const active = () => redis.lrange(`${queuePrefix}active`, 0, -1);
  const records = await Promise.all((await active()).map((id) => queue.find(id)));
  const fetched = records.flatMap((record) => (record?.group === group ? [record.id] : []));
  const check = async () => {
    const silent = new Set(await log.silentOf(fetched));
    const left = (await active()).filter((id) => silent.has(id));
    if (left.length > 0) throw new Error(`${left.join(", ")} of ${group} do not start`);
  };
  await eventually(check, { timeoutMs: 30_000 });
}

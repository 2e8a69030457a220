import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { createBullQueue } from "@switchyard/tasks/bullmq-queue";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import { startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { familyOf } from "@switchyard/testkit/process-tree";
import type { Bench, BenchContext } from "../bench.ts";
import { watchCpu } from "../machine/cpu-watch.ts";
import { pinProcess } from "../machine/pin-process.ts";
import { formatFigure } from "../report/format-figure.ts";
import { formatTable } from "../report/format-table.ts";
import { describeQuietness } from "../report/quietness.ts";

const { count, percent } = formatFigure;
const max = 8;
const concurrency = 10;

interface Step {
  readonly atMs: number;
  readonly to: number;
}

/**
 * A pool of one to eight processes has its backlog at once. Both cores are everybody's: the tasks wait and do not compute, so what is
 * measured is the rule. Shrinking is by the clock: a minute, and half a minute for each process.
 */
export const pool: Bench = {
  name: "pool",
  question: "How fast does a backlog of 10 000 tasks bring a pool from one process to eight, and how is it back?",
  minutes: 7,
  async run(context) {
    const tasks = context.quick ? 500 : 10_000;
    const runs = [await measure(context, { tasks, ms: 50 }), await measure(context, { tasks, ms: 200, shrinks: true })];
    const header = [
      "",
      "steps: processes after s",
      "all 8 after s",
      "drained after s",
      "by 8 from the start s",
      "one again after s",
    ];
    const rows = runs.map(({ name, steps, drainedMs, idealMs, shrunkMs }) => [
      name,
      steps.map(({ atMs, to }) => `${to} ${seconds(atMs)}`).join(", "),
      seconds(steps.find(({ to }) => to === max)?.atMs),
      seconds(drainedMs),
      seconds(idealMs),
      seconds(shrunkMs),
    ]);
    const idle = runs.map(({ poolShare }) => percent(poolShare)).join(" and ");
    const markdown = [
      describeQuietness(runs.map(({ cpu }) => cpu)),
      formatTable(header, rows),
      `\nThe pool itself took ${idle} of a core meanwhile.\n`,
    ];
    return { markdown: markdown.join("\n"), figures: { runs } };
  },
};

interface Load {
  readonly tasks: number;
  readonly ms: number;
  /** Wait until there is one process again. */
  readonly shrinks?: boolean;
}

async function measure(context: BenchContext, { tasks, ms, shrinks = false }: Load) {
  return onStage(context, async ({ queue, worker }) => {
    const end = await watchCpu({ pool: { pid: worker.pid, core: undefined } });
    const beganMs = Date.now();
    for (let sent = 0; sent < tasks; sent += 500) {
      await queue.enqueueMany(Array.from({ length: 500 }, () => ({ handler: "wait", data: { ms } })));
    }
    await settled(queue);
    const drainedMs = Date.now() - beganMs;
    const cpu = await end();
    const steps = (verb: "grows" | "shrinks") => stepsOf(worker, verb, beganMs);
    const waits = shrinks && !context.quick;
    if (waits) {
      const isOne = () => steps("shrinks").at(-1)?.to === 1 || Promise.reject(new Error("there are more than one"));
      await eventually(isOne, { timeoutMs: 360_000, everyMs: 1_000 });
    }
    const name = `${count(tasks)} tasks of ${ms} ms`;
    context.say(`${name}: ${JSON.stringify(steps("grows"))}, drained after ${drainedMs} ms`);
    return {
      name,
      steps: steps("grows"),
      shrinks: steps("shrinks"),
      drainedMs,
      idealMs: (tasks * ms) / (max * concurrency),
      shrunkMs: waits ? (steps("shrinks").at(-1)?.atMs ?? 0) - drainedMs : undefined,
      poolShare: cpu.pool,
      cpu,
    };
  });
}

function stepsOf({ log }: AppProcess, verb: string, beganMs: number): Step[] {
  const lines = log.filter((line) => line.includes(`"msg":"pool ${verb}"`));
  return lines.map((line) => {
    const { time, to } = JSON.parse(line) as { time: string; to: number };
    return { atMs: Date.parse(time) - beganMs, to };
  });
}

async function settled(queue: TaskQueue): Promise<void> {
  for (;;) {
    const { counts } = await queue.backlog();
    if (counts.queued + counts.running === 0) return;
    await wait(250);
  }
}

async function onStage<T>(
  { redis }: BenchContext,
  act: (stage: { queue: TaskQueue; worker: AppProcess }) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "switchyard-pool-"));
  const config = join(directory, "settings.json");
  const module = fileURLToPath(new URL("./sleep-handler.ts", import.meta.url));
  const file = { handlers: { wait: { kind: "module", module } }, worker: { concurrency, processes: { min: 1, max } } };
  await writeFile(config, JSON.stringify(file));
  const worker = await startApp("worker", { SWITCHYARD_CONFIG: config, SWITCHYARD_REDIS_URL: redis.url });
  const { tasks: settings, handlers } = checkSettings(file);
  const logger = createLogger({ app: "bench", level: "silent" });
  const queue = await createBullQueue({ redis: { url: redis.url, prefix: "sy" }, logger, settings, handlers });
  try {
    for (const pid of familyOf(worker.pid)) await pinProcess(pid, undefined);
    return await act({ queue, worker });
  } finally {
    await queue.close();
    await worker.stop();
    await rm(directory, { recursive: true });
  }
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? "–" : (ms / 1_000).toFixed(1);
}

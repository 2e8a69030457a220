import { setTimeout as sleep } from "node:timers/promises";
import { familyOf } from "@switchyard/testkit/process-tree";
import { spreadOf } from "@switchyard/testkit/spread";
import { eventually } from "@switchyard/testkit/eventually";
import { unless, type Scenario } from "../scenario.ts";
import { brokenTaskPromises, taskFigures } from "../tasks/task-figures.ts";
import { startProducers } from "../tasks/producers.ts";
import { withTaskStage, type TaskStage } from "../tasks/task-stage.ts";

const resumeMaxMs = 5_000;
/** Synced before it answers: no task is lost by the hub, and what Redis would lose by a late sync is not the question here. */
const redisArguments = ["--appendfsync", "always"];
/** How long tasks flow undisturbed before each outage, in the long run. */
const longFlowMs = 3_000;

export const taskOutage: Scenario = {
  id: "F03",
  promise:
    "after Redis was dead or hung the same worker processes take tasks again within 5 s; none is lost, doubled, overtaken or run beside another of its group",
  run: ({ isLong }) =>
    withTaskStage({ workers: 2, apis: 1, worker: { concurrency: 10 }, redisArguments }, async (stage) => {
      const producers = startProducers(stage, { groups: 20, pauseMs: 200, taskMs: 20 });
      const flowMs = isLong ? longFlowMs : 0;
      await ranSince(stage, 0);
      const resumed: Record<string, string> = {};
      const late: string[] = [];
      for (const seconds of isLong ? [3, 8, 20, 60] : [3]) {
        for (const [name, act] of Object.entries({ killed, hung })) {
          await sleep(flowMs);
          const backAtMs = await act(stage, seconds * 1_000);
          const startMs = await ranSince(stage, backAtMs);
          resumed[`${name} ${seconds} s`] = `both workers again ${startMs - backAtMs} ms after Redis answered`;
          if (startMs - backAtMs > resumeMaxMs) late.push(`${name} ${seconds} s: again after ${startMs - backAtMs} ms`);
        }
      }
      const { order, refusalMs } = await producers.stop();
      const verdict = await stage.verdict(order);
      const restarts = [...stage.workers, ...stage.apis].reduce((sum, app) => sum + app.restarts, 0);
      const answers = spreadOf(refusalMs);
      return {
        figures: {
          ...taskFigures(verdict),
          ...resumed,
          restarts,
          "requests refused meanwhile": answers.count,
          "refused after p50/max ms": `${answers.p50}/${answers.max}`,
        },
        broken: [...brokenTaskPromises(verdict), ...late, ...unless(restarts === 0, `${restarts} processes ended`)],
      };
    }),
};

/** When the last of the workers started its first task at or after this moment. */
async function ranSince(stage: TaskStage, sinceMs: number): Promise<number> {
  const families = stage.workers.map(({ process }) => familyOf(process?.pid ?? 0));
  const firstStarts = () =>
    families.map((family) =>
      stage.effects().find(({ kind, pid, atMs }) => kind === "start" && family.includes(pid) && atMs >= sinceMs),
    );
  const check = () => {
    const starts = firstStarts();
    if (starts.includes(undefined)) throw new Error("a worker takes no tasks");
    return Math.max(...starts.map((start) => start?.atMs ?? 0));
  };
  return eventually(check, { timeoutMs: 60_000, everyMs: 100 });
}

async function killed({ redis }: TaskStage, forMs: number): Promise<number> {
  await redis.stop("SIGKILL");
  await sleep(forMs);
  // Resolves when it answers.
  await redis.restart();
  return Date.now();
}

async function hung({ redis }: TaskStage, forMs: number): Promise<number> {
  redis.signal("SIGSTOP");
  await sleep(forMs);
  redis.signal("SIGCONT");
  return Date.now();
}

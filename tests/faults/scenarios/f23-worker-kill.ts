import { eventually } from "@switchyard/testkit/eventually";
import { familyOf } from "@switchyard/testkit/process-tree";
import { spreadOf } from "@switchyard/testkit/spread";
import { unless, type Scenario } from "../scenario.ts";
import { brokenTaskPromises, taskFigures } from "../tasks/task-figures.ts";
import { withTaskStage, type TaskStage } from "../tasks/task-stage.ts";

const rerunMaxMs = 15_000;
const tasksPerRound = 40;

export const workerKill: Scenario = {
  id: "F23",
  promise: "tasks of a worker that was killed run again within 15 s at the default settings, and end once",
  isLongOnly: true,
  run: () =>
    withTaskStage({ workers: 2, worker: { concurrency: tasksPerRound / 2 } }, async (stage) => {
      const rounds = 3;
      const order = new Map<string, string[]>();
      const rerunMs: number[] = [];
      for (let round = 0; round < rounds; round++) {
        await Promise.all(stage.workers.map((worker) => worker.ready()));
        const ids = await Promise.all(
          Array.from({ length: tasksPerRound }, async (_, index) => {
            const data = { log: stage.log, name: `round-${round}`, first: "stay" };
            const { task } = await stage.queue.enqueue({ handler: "work", group: `g${index}`, data });
            order.set(`g${index}`, [...(order.get(`g${index}`) ?? []), task.id]);
            return task.id;
          }),
        );
        await started(stage, ids, "1");
        for (const worker of stage.workers) rerunMs.push(...(await killAndWait(stage, worker.process, ids)));
      }
      const verdict = await stage.verdict(order);
      const rerun = spreadOf(rerunMs);
      return {
        figures: {
          kills: rounds * stage.workers.length,
          ...taskFigures(verdict),
          "run again": rerun.count,
          "run again after p50/max ms": `${rerun.p50}/${rerun.max}`,
        },
        broken: [
          ...brokenTaskPromises(verdict),
          ...unless(verdict.endsHeard === verdict.tasks, `${verdict.endsHeard} ends of ${verdict.tasks} were heard`),
          ...unless(rerun.max <= rerunMaxMs, `run again after ${rerun.max} ms`),
          ...unless(rerun.count === rounds * tasksPerRound, `${rerun.count} of ${rounds * tasksPerRound} run again`),
        ],
      };
    }),
};

async function started(stage: TaskStage, ids: readonly string[], token: string): Promise<void> {
  const check = () => {
    const there = new Set(starts(stage, token).map(({ task }) => task));
    const missing = ids.filter((id) => !there.has(id));
    if (missing.length > 0) throw new Error(`${missing.length} have not started`);
  };
  await eventually(check, { timeoutMs: 40_000, everyMs: 100 });
}

function starts(stage: TaskStage, token: string) {
  return stage.effects().filter((effect) => effect.kind === "start" && effect.token === token);
}

/** From the kill to the second start of every task the worker had. */
async function killAndWait(stage: TaskStage, worker: TaskStage["workers"][number]["process"], ids: readonly string[]) {
  const family = familyOf(worker?.pid ?? 0);
  const held = starts(stage, "1").filter(({ task, pid }) => ids.includes(task) && family.includes(pid));
  const killedAtMs = Date.now();
  await worker?.kill();
  const tasks = held.map(({ task }) => task);
  await started(stage, tasks, "2");
  return starts(stage, "2")
    .filter(({ task }) => tasks.includes(task))
    .map(({ atMs }) => atMs - killedAtMs);
}

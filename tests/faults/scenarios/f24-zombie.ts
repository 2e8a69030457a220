import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "@switchyard/testkit/eventually";
import { familyOf } from "@switchyard/testkit/process-tree";
import { unless, type Scenario } from "../scenario.ts";
import { brokenTaskPromises, taskFigures } from "../tasks/task-figures.ts";
import { withTaskStage, type TaskStage } from "../tasks/task-stage.ts";

const stoppedMs = 90_000;

/** The short form is apps/worker/src/zombie.redis.test.ts. */
export const zombie: Scenario = {
  id: "F24",
  promise:
    "a worker that hung for 90 s, and one whose event loop stands still, lose their tasks to another; what they still return is seen by nobody",
  isLongOnly: true,
  run: () =>
    withTaskStage({ workers: 3, worker: { concurrency: 1 } }, async (stage) => {
      const order = new Map<string, readonly string[]>();
      const enqueue = async (first: "stay" | "block") => {
        const data = { log: stage.log, name: first, first };
        const { task } = await stage.queue.enqueue({ handler: "work", group: first, data });
        order.set(first, [task.id]);
        return (await started(stage, task.id, "1")).pid;
      };
      const stoppedPid = await enqueue("stay");
      const stopped = stage.workers.find(({ process }) => familyOf(process?.pid ?? 0).includes(stoppedPid))?.process;
      const stoppedAtMs = Date.now();
      stopped?.signal("SIGSTOP");
      await enqueue("block");
      const blockedAtMs = Date.now();
      const [stay = ""] = order.get("stay") ?? [];
      const [block = ""] = order.get("block") ?? [];
      const tookStopped = (await started(stage, stay, "2")).atMs - stoppedAtMs;
      const tookBlocked = (await started(stage, block, "2")).atMs - blockedAtMs;
      await stage.queue.waitForSettled(stay, 30_000);
      const before = JSON.stringify(await stage.queue.find(stay));
      await sleep(Math.max(0, stoppedAtMs + stoppedMs - Date.now()));
      stopped?.signal("SIGCONT");
      // It finds out, does its work all the same, and is refused.
      await eventually(() => effectOf(stage, stay, "1") ?? Promise.reject(new Error("it does not wake")), {
        timeoutMs: 30_000,
      });
      const after = await stage.queue.enqueue({ handler: "work", data: { log: stage.log, name: "after" } });
      order.set("", [after.task.id]);
      await stage.queue.waitForSettled(after.task.id, 30_000);
      const verdict = await stage.verdict(order);
      const restarts = stage.workers.reduce((sum, worker) => sum + worker.restarts, 0);
      return {
        figures: {
          ...taskFigures(verdict),
          "taken over from the hung worker after ms": tookStopped,
          "taken over from the blocked worker after ms": tookBlocked,
          "blocked workers ended by their watchdog": restarts,
        },
        broken: [
          ...brokenTaskPromises(verdict),
          ...unless(verdict.endsHeard === verdict.tasks, `${verdict.endsHeard} ends of ${verdict.tasks} were heard`),
          ...unless(JSON.stringify(await stage.queue.find(stay)) === before, "the zombie changed the record"),
          ...unless(verdict.zombieEffects === 1, `${verdict.zombieEffects} zombies did their work instead of 1`),
          ...unless(restarts === 1, `${restarts} workers ended instead of the blocked one`),
        ],
      };
    }),
};

async function started(stage: TaskStage, id: string, token: string) {
  const find = () =>
    stage.effects().find(({ kind, task, token: its }) => kind === "start" && task === id && its === token);
  return eventually(() => find() ?? Promise.reject(new Error(`${id} has not started`)), { timeoutMs: 60_000 });
}

function effectOf(stage: TaskStage, id: string, token: string) {
  return stage.effects().find(({ kind, task, token: its }) => kind === "effect" && task === id && its === token);
}

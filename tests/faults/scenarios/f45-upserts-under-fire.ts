import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { spawnBound } from "@switchyard/provision/spawn-bound";
import { brokenTickPromises } from "../schedules/judge-ticks.ts";
import { tickHandlers, watchTicks } from "../schedules/tick-watch.ts";
import { type Scenario, unless } from "../scenario.ts";
import { type TaskStage, withTaskStage } from "../tasks/task-stage.ts";
import { tickFigures } from "./f41-schedules-killed.ts";

const putter = fileURLToPath(new URL("../schedules/put-process.ts", import.meta.url));

export const upsertsUnderFire: Scenario = {
  id: "F45",
  promise:
    "twenty processes that put one schedule a hundred times each, while it fires, leave one due entry and no tick lost or doubled",
  isLongOnly: true,
  async run() {
    return withTaskStage({ workers: 2, handlers: tickHandlers }, async (stage) => {
      const watch = watchTicks(stage, 1_000);
      const request = {
        everyMs: 1_000,
        overlap: "allow",
        task: { handler: "tick", data: { log: stage.log } },
      } as const;
      await watch.put("one", request);
      // They take the processors from the workers; what they may not take is a tick, or the truth about it.
      let failed: readonly number[] = [];
      await watch.disturb(
        async () => {
          failed = await runPutters(stage, request);
        },
        { afterMs: 1_000 },
      );
      const entries = await stage.admin.zcard("{sy:tasks}:schedules:due");
      await sleep(2_000);
      const revision = (await stage.queue.schedules.get("one"))?.revision;
      const verdict = await watch.verdict();
      return {
        figures: { ...tickFigures(verdict), revision: revision ?? 0, "due entries": entries },
        broken: [
          ...brokenTickPromises(verdict),
          ...unless(failed.length === 0, `${failed.length} putters failed`),
          ...unless(entries === 1, `${entries} due entries`),
          ...unless((revision ?? 0) > 1_000, `only ${revision} revisions: nothing was contended`),
        ],
      };
    });
  },
};

/** Resolves to the exit codes of those that failed. */
async function runPutters({ redis }: TaskStage, request: object): Promise<readonly number[]> {
  const exits = Array.from({ length: 20 }, async () => {
    const child = spawnBound(process.execPath, [putter, redis.url, "one", "100", JSON.stringify(request)]);
    child.stdout?.resume();
    child.stderr?.on("data", (chunk: Buffer) => console.error(String(chunk)));
    const [code] = (await once(child, "close")) as [number];
    return code;
  });
  return (await Promise.all(exits)).filter((code) => code !== 0);
}

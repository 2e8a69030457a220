import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "@switchyard/testkit/eventually";
import { brokenTickPromises } from "../schedules/judge-ticks.ts";
import { createShiftedRedis } from "../schedules/shifted-redis.ts";
import { tickHandlers, watchTicks } from "../schedules/tick-watch.ts";
import { type Scenario, unless } from "../scenario.ts";
import { withTaskStage, type TaskStage } from "../tasks/task-stage.ts";
import { tickFigures } from "./f41-schedules-killed.ts";

const hourMs = 3_600_000;
const backMs = -5_000;
/** Looks are put off for so long by a worker that stands aside. */
const asideMs = 6_000;

export const redisClock: Scenario = {
  id: "F44",
  promise:
    "when Redis' clock leaps an hour ahead for 5 s and then falls 5 s behind, nothing fires early or twice, and every worker says why it fires nothing",
  isLongOnly: true,
  async run() {
    const redis = await createShiftedRedis();
    const options = { workers: 3, handlers: tickHandlers, redisProgram: redis.program };
    return withTaskStage(options, async (stage) => {
      const watch = watchTicks(stage, 1_000);
      for (let index = 0; index < 50; index += 1) await watch.put(`s${index}`, { everyMs: 1_000, overlap: "allow" });
      await sleep(3_000);
      let aside = 0;
      await watch.disturb(
        async () => {
          redis.shift(hourMs);
          const since = Date.now();
          aside = await eventually(async () => {
            const count = await countAside(stage);
            if (count < stage.workers.length) throw new Error(`${count} workers stand aside`);
            return count;
          });
          await sleep(Math.max(0, 5_000 - (Date.now() - since)));
          redis.shift(backMs);
        },
        { afterMs: asideMs - backMs },
      );
      await sleep(asideMs - backMs + 3_000);
      const verdict = await watch.verdict();
      // By the machine's clock, which Redis' was behind of in the end: nothing came before its time.
      const early = stage.effects().filter(({ name, atMs }) => atMs < Number(name.split(" ")[1]) - 50);
      return {
        figures: { ...tickFigures(verdict), "workers aside": aside, "ran before their time": early.length },
        broken: [
          ...brokenTickPromises(verdict),
          ...unless(early.length === 0, `ran before their time: ${early[0]?.name}`),
          ...unless((await countAside(stage)) === 0, "workers stand aside after the clock was set right"),
        ],
      };
    }).finally(() => void redis.close());
  },
};

async function countAside({ workers }: TaskStage): Promise<number> {
  const texts = await Promise.all(workers.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
  return texts.filter((text) => /^switchyard_schedule_worker_aside 1$/m.test(text)).length;
}

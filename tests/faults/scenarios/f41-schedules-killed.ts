import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "@switchyard/testkit/seeded-random";
import { brokenTickPromises, type TickVerdict } from "../schedules/judge-ticks.ts";
import { tickHandlers, watchTicks } from "../schedules/tick-watch.ts";
import { type Scenario, unless } from "../scenario.ts";
import { withTaskStage } from "../tasks/task-stage.ts";

/** Synced before it answers, so that nothing is lost by Redis itself and every tick has to be there. */
const redisArguments = ["--appendfsync", "always"];
/** Redis loads its file, clients come back, workers look again. */
const backMs = 2_000;

export const schedulesKilled: Scenario = {
  id: "F41",
  promise:
    "schedules of every second: whichever worker is killed, and whenever Redis is, each tick is one task, or is missed in an outage and counted",
  async run({ seed, isLong }) {
    const plan = isLong
      ? { schedules: 200, workers: 3, seconds: 60, killEveryMs: 5_000, outages: [15, 40] }
      : { schedules: 40, workers: 2, seconds: 8, killEveryMs: 2_500, outages: [4] };
    const { workers } = plan;
    const options = { workers, worker: { concurrency: 20 }, handlers: tickHandlers, redisArguments };
    return withTaskStage(options, async (stage) => {
      const random = seededRandom(seed);
      const watch = watchTicks(stage, 1_000);
      for (let index = 0; index < plan.schedules; index += 1)
        await watch.put(`s${index}`, { cron: "* * * * * *", overlap: "allow" });
      const beganMs = performance.now();
      const isOver = () => performance.now() - beganMs > plan.seconds * 1_000;
      const killWorkers = async () => {
        let kills = 0;
        while (!isOver()) {
          await sleep(plan.killEveryMs * (0.5 + random()));
          // One stays, or it would be an outage; a killed one takes its time to start.
          const alive = stage.workers.flatMap(({ process }) => process ?? []);
          if (alive.length < 2) continue;
          await alive[Math.floor(random() * alive.length)]?.kill();
          kills += 1;
        }
        return kills;
      };
      const killRedis = async () => {
        for (const second of plan.outages) {
          await sleep(Math.max(0, second * 1_000 - (performance.now() - beganMs)));
          await watch.disturb(
            async () => {
              await stage.redis.stop("SIGKILL");
              await sleep(500 + random() * 1_500);
              await stage.redis.restart();
            },
            { afterMs: backMs },
          );
        }
      };
      const [kills] = await Promise.all([killWorkers(), killRedis()]);
      const verdict = await watch.verdict();
      return {
        figures: { ...tickFigures(verdict), kills, outages: plan.outages.length },
        broken: [
          ...brokenTickPromises(verdict),
          ...unless(kills > 0 && verdict.ran > 0, "nobody was killed or nothing ran, so nothing was shown"),
        ],
      };
    });
  },
};

export function tickFigures({ promises, due, ran, missed, lagsMs }: TickVerdict) {
  const at = (share: number) => lagsMs[Math.min(lagsMs.length - 1, Math.floor(lagsMs.length * share))] ?? 0;
  return { due, ran, missed, ...promises, "lag p50/p99/max ms": `${at(0.5)}/${at(0.99)}/${at(1)}` };
}

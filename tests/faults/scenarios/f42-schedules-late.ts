import { missedPolicies } from "@switchyard/tasks/schedule-spec";
import { brokenTickPromises } from "../schedules/judge-ticks.ts";
import { caughtUp, tickHandlers, watchTicks } from "../schedules/tick-watch.ts";
import { type Scenario, unless } from "../scenario.ts";
import { withTaskStage } from "../tasks/task-stage.ts";
import { tickFigures } from "./f41-schedules-killed.ts";

const minuteMs = 60_000;
const late = 10;

export const schedulesLate: Scenario = {
  id: "F42",
  promise:
    "after ten minutes without workers run_once runs the newest tick, run_all every one and skip none, and what does not run is counted",
  async run({ isLong }) {
    const each = isLong ? 100 : 10;
    return withTaskStage({ workers: 0, handlers: tickHandlers, worker: { concurrency: 50 } }, async (stage) => {
      const watch = watchTicks(stage, minuteMs);
      const sinceMs = Math.floor(Date.now() / minuteMs - late + 1) * minuteMs;
      const ids = missedPolicies.flatMap((missed) =>
        Array.from({ length: each }, (_, index) => ({ missed, id: `${missed}-${index}` })),
      );
      await watch.disturb(
        async () => {
          for (const { id, missed } of ids) {
            await watch.put(id, { cron: "* * * * *", overlap: "queue", missed });
            await watch.standAt(id, sinceMs);
          }
          await stage.addWorkers(2);
          await caughtUp(stage);
        },
        { afterMs: 0, sinceMs },
      );
      const verdict = await watch.verdict();
      const ran = new Map(missedPolicies.map((policy) => [policy, 0]));
      for (const { name } of stage.effects()) {
        const policy = missedPolicies.find((one) => name.startsWith(`${one}-`));
        if (policy !== undefined) ran.set(policy, (ran.get(policy) ?? 0) + 1);
      }
      // A minute may have begun meanwhile, whose tick is on time, or one of the late ones if the workers came to it together with those.
      const onTime = verdict.due / ids.length - late;
      const most = { run_once: (1 + onTime) * each, run_all: (late + onTime) * each, skip: onTime * each };
      const least = { ...most, run_once: each, skip: 0 };
      const isKept = (policy: keyof typeof most, count = 0) => count >= least[policy] && count <= most[policy];
      return {
        figures: { ...tickFigures(verdict), ...Object.fromEntries(ran), "ticks on time": onTime * ids.length },
        broken: [
          ...brokenTickPromises(verdict),
          ...missedPolicies.flatMap((policy) =>
            unless(isKept(policy, ran.get(policy)), `${policy}: ${ran.get(policy)} ran, not ${most[policy]}`),
          ),
        ],
      };
    });
  },
};

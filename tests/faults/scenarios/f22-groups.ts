import { checkRunLog } from "../../groups/check-run-log.ts";
import { runGroupTrial } from "../../groups/group-trial.ts";
import { unless, type Scenario } from "../scenario.ts";
import { isPooled } from "../tasks/pooled-worker.ts";

/** The short form is tests/groups/groups.test.ts. */
export const groupGuarantees: Scenario = {
  id: "F22",
  promise:
    "four workers killed and stopped, groups paused and resized at random: never more of a group at once than allowed, never out of order, none lost",
  isLongOnly: true,
  async run({ seed }) {
    const tasks = 20_000;
    const { statuses, events, order, lost, leftovers, done, seconds } = await runGroupTrial({
      tasks,
      groups: 200,
      workers: 4,
      seed,
      arePools: isPooled(),
    });
    const { overlaps, disorders } = checkRunLog(events, { order, lost });
    const count = (kind: string) => done.filter((trouble) => trouble.startsWith(kind)).length;
    const succeeded = statuses["succeeded"] ?? 0;
    const failed = statuses["failed"] ?? 0;
    return {
      figures: {
        tasks,
        succeeded,
        "given up, their workers killed twice": lost.size,
        kills: count("kill"),
        stops: count("stop"),
        pauses: count("pause"),
        resizes: count("resize"),
        overlaps: overlaps.length,
        disorders: disorders.length,
        "group keys left": leftovers.length,
        seconds: Math.round(seconds),
      },
      broken: [
        ...overlaps.slice(0, 3),
        ...disorders.slice(0, 3).map((group) => `out of order: ${group}`),
        ...unless(succeeded + lost.size === tasks, `${tasks - succeeded - lost.size} tasks lost`),
        ...unless(failed === lost.size, `${failed} failed and ${lost.size} given up`),
        ...leftovers.slice(0, 3).map((key) => `left behind: ${key}`),
      ],
    };
  },
};

import { seededRandom } from "@switchyard/testkit/seeded-random";
import { unless, type Outcome, type Scenario } from "../scenario.ts";
import { armWorkers } from "../tasks/arm-workers.ts";
import type { Strike } from "../tasks/finish-line.ts";
import type { TaskVerdict } from "../tasks/judge-tasks.ts";
import { brokenTaskPromises } from "../tasks/task-figures.ts";
import { withTaskStage } from "../tasks/task-stage.ts";

/** Where the worker is killed, and how often the effect then happens. */
const points = {
  "after the effect": { effects: 2 },
  before: { effects: 2 },
  inside: { effects: 1 },
  after: { effects: 1 },
  answer: { effects: 1 },
} satisfies Record<"after the effect" | Strike, { effects: number }>;
type Point = keyof typeof points;

export const killPoints: Scenario = {
  id: "F25",
  promise:
    "a worker killed between a task's effect and its end loses nothing and tells no second result; only what Redis was never told runs twice",
  async run({ seed, isLong }) {
    const runs = isLong ? 100 : 3;
    // Lanes have a Redis each: no task may lose a second worker to another lane's kill.
    const lanes = isLong ? 3 : 2;
    const random = seededRandom(seed);
    const left = Object.keys(points)
      .flatMap((point) => Array<Point>(runs).fill(point as Point))
      .map((point) => ({ point, at: random() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ point }) => point);
    const verdicts = await Promise.all(Array.from({ length: lanes }, () => runLane(left)));
    return outcomeOf(verdicts);
  },
};

interface Lane {
  readonly verdict: TaskVerdict;
  /** Effects of each struck task, by where it was struck. */
  readonly effects: readonly { point: Point; count: number }[];
  /** Points where no worker was struck. */
  readonly missed: readonly Point[];
  readonly kills: number;
}

/** Strikes one task after the other, each with another of its group behind it, until none is left to do. */
function runLane(left: Point[]): Promise<Lane> {
  const options = { workers: 2, hasLines: true, tasks: { lock_duration: "1s" }, worker: { concurrency: 1 } };
  return withTaskStage(options, async (stage) => {
    const order = new Map<string, string[]>();
    const struck: { id: string; point: Point }[] = [];
    const missed: Point[] = [];
    for (let point = left.shift(); point !== undefined; point = left.shift()) {
      const group = `g${struck.length % 5}`;
      const name = `strike-${struck.length}-`;
      const armed = point === "after the effect" ? undefined : await armWorkers(stage, name, point);
      const first = point === "after the effect" ? { first: "die" } : {};
      const ids: string[] = [];
      for (const data of [
        { log: stage.log, name, ...first },
        { log: stage.log, name: "follower" },
      ]) {
        const { task } = await stage.queue.enqueue({ handler: "work", group, data });
        ids.push(task.id);
      }
      order.set(group, [...(order.get(group) ?? []), ...ids]);
      struck.push({ id: ids[0] ?? "", point });
      for (const id of ids) await stage.queue.waitForSettled(id, 30_000);
      if ((await armed?.hasStruck()) === false) missed.push(point);
    }
    const verdict = await stage.verdict(order);
    const all = stage.effects().filter(({ kind }) => kind === "effect");
    const effects = struck.map(({ id, point }) => ({ point, count: all.filter(({ task }) => task === id).length }));
    return { verdict, effects, missed, kills: stage.workers.reduce((sum, { restarts }) => sum + restarts, 0) };
  });
}

function outcomeOf(lanes: readonly Lane[]): Outcome {
  const effects = lanes.flatMap((lane) => lane.effects);
  const kills = lanes.reduce((sum, lane) => sum + lane.kills, 0);
  const perPoint = Object.entries(points).map(([point, expected]) => {
    const counts = effects.filter((each) => each.point === point).map(({ count }) => count);
    const sum = counts.reduce((total, count) => total + count, 0);
    return { point, expected: expected.effects, runs: counts.length, sum, max: Math.max(0, ...counts) };
  });
  const sumOf = (name: keyof TaskVerdict["promises"]) =>
    lanes.reduce((sum, { verdict }) => sum + verdict.promises[name], 0);
  return {
    figures: {
      tasks: lanes.reduce((sum, { verdict }) => sum + verdict.tasks, 0),
      kills,
      lost: sumOf("lost"),
      doubleResults: sumOf("doubleResults"),
      overlaps: sumOf("overlaps"),
      disorders: sumOf("disorders"),
      ...Object.fromEntries(
        perPoint.map(({ point, runs, sum, max }) => [
          point,
          `${runs} runs, ${sum} effects, at most ${max} of one task`,
        ]),
      ),
    },
    broken: [
      ...lanes.flatMap(({ verdict }) => brokenTaskPromises(verdict)),
      ...lanes.flatMap(({ verdict: { tasks, endsHeard } }) =>
        unless(endsHeard === tasks, `${endsHeard} ends of ${tasks} tasks were heard`),
      ),
      ...lanes.flatMap(({ missed }) => missed.map((point) => `${point}: nobody was struck, so nothing was shown`)),
      ...perPoint.flatMap(({ point, expected, runs, sum }) =>
        unless(sum === runs * expected, `${point}: ${sum} effects in ${runs} runs instead of ${runs * expected}`),
      ),
    ],
  };
}

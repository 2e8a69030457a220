import { eventually } from "@switchyard/testkit/eventually";
import type { Queue } from "bullmq";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DashboardQueue, openDashboardQueue } from "../dashboard-queue.ts";
import { useTasks } from "../testing/task-fixture.ts";

/** What grows with the queue goes in steps, as Redis itself measures. */
const patient = { timeout: 60_000, retry: 2 };

const { queue, redis, url, startWorker, queuePrefix, groupKeys } = useTasks();
let board: DashboardQueue;
beforeEach(async () => {
  board = await openDashboardQueue({ url: url(), prefix: "test" });
});
afterEach(() => board.close());

const many = 5_000;
/** In one script this many take 200 ms and more, and on a busy machine several times that; a step takes 4, and up to 95 there. */
const longestUs = 120_000;

async function fill(groupOf: (index: number) => string, options: object = {}): Promise<void> {
  for (let from = 0; from < many; from += 1_000) {
    const requests = Array.from({ length: 1_000 }, (_, index) => ({
      handler: "test",
      group: groupOf(from + index),
      ...options,
    }));
    await queue().enqueueMany(requests);
  }
}

async function scriptsRun(): Promise<number> {
  const stats = await redis().info("commandstats");
  const calls = Array.from(stats.matchAll(/^cmdstat_eval(?:sha)?:calls=(\d+)/gm), ([, count]) => Number(count));
  return calls.reduce((sum, count) => sum + count, 0);
}

/**
 * How many scripts `work` takes, and how long the longest holds Redis, in microseconds. The very longest is left out: a machine busy
 * with other things holds up any command now and then, and who does all in one go has no second.
 */
async function measure(work: () => Promise<unknown>): Promise<{ scripts: number; us: number }> {
  await redis().config("SET", "slowlog-log-slower-than", "1000", "slowlog-max-len", "10000");
  await redis().slowlog("RESET");
  const before = await scriptsRun();
  await work();
  const entries = (await redis().slowlog("GET", 10_000)) as [unknown, unknown, number][];
  const longest = entries.map(([, , us]) => us).toSorted((left, right) => right - left);
  return { scripts: (await scriptsRun()) - before, us: longest[1] ?? 0 };
}

async function expectSteps(work: () => Promise<unknown>): Promise<void> {
  const { scripts, us } = await measure(work);
  expect(scripts).toBeGreaterThanOrEqual(many / 200);
  expect(us).toBeLessThan(longestUs);
}

const waiting = () => redis().zcard(`${queuePrefix}prioritized`);

test.each<[string, (queue: Queue) => Promise<unknown>]>([
  ["emptied", (all) => all.drain(true)],
  ["cleaned", (all) => all.clean(0, Number.MAX_SAFE_INTEGER, "prioritized")],
  ["destroyed", (all) => all.obliterate()],
])("a long queue that is %s holds Redis for a moment at a time", patient, async (_what, work) => {
  await fill((index) => `g${index % 500}`);
  await expectSteps(() => work(board.queue));
  expect(await waiting()).toBe(0);
  await eventually(async () => expect(await groupKeys()).toEqual([]));
});

test(
  "a long delay list that is promoted, and a long group that is cancelled, hold Redis for a moment at a time",
  patient,
  async () => {
    await fill(() => "g", { delayMs: 1_000_000 });
    await expectSteps(() => board.queue.promoteJobs());
    expect(await queue().groups.get("g")).toMatchObject({ waiting: many });
    await expectSteps(() => queue().groups.cancelAll("g"));
    expect(await queue().groups.get("g")).toMatchObject({ waiting: 0 });
  },
);

test("many groups that are looked at again, or made anew, hold Redis for a moment at a time", patient, async () => {
  await fill((index) => `g${index}`);
  await queue().groups.configure("*", { rate: { max: 1, perMs: 100_000 } });
  await redis().del(`${queuePrefix}g:ready`);
  await expectSteps(() => queue().groups.rebuild());
  expect(await redis().zcard(`${queuePrefix}g:ready`)).toBe(many);
  await redis().sadd(`${queuePrefix}g:acts`, ...Array.from({ length: many }, (_, index) => `g${index}`));
  await expectSteps(() => queue().groups.configure("*", { concurrency: 2 }));
});

test(
  "tasks of other clients that come all at once, and those that are due all at once, are taken in by and by",
  patient,
  async () => {
    const jobs = Array.from({ length: many }, (_, index) => ({
      name: "test",
      data: { group: `g${index % 100}` },
      opts: { delay: index % 2 === 0 ? 0 : 1 },
    }));
    const { Queue: StockQueue } = await import("bullmq");
    const stock = new StockQueue("tasks", { connection: { url: url() }, prefix: "{test:tasks}" });
    await stock.addBulk(jobs);
    await stock.close();
    const { us } = await measure(async () => {
      await startWorker(() => Promise.resolve({ kind: "succeeded", result: null }));
      await eventually(
        async () => expect(await redis().zcard(`${queuePrefix}completed`)).toBeGreaterThanOrEqual(1_000),
        {
          timeoutMs: 30_000,
        },
      );
    });
    expect(us).toBeLessThan(longestUs);
  },
);

test("a bound that was lowered far below what waits is reached by and by", patient, async () => {
  await fill(() => "g");
  await queue().groups.configure("g", { maxSize: 10, onFull: "drop-oldest" });
  await queue().enqueue({ handler: "test", group: "g" });
  expect((await queue().groups.get("g")).waiting).toBe(many - 19);
});

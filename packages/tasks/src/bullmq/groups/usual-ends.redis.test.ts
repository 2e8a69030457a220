import { createLogger } from "@switchyard/runtime/logger";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { type Job, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { recordPrelude } from "../../redis/record-prelude.ts";
import { createTaskKeys } from "../../redis/task-keys.ts";
import { queueOptions } from "../queue-options.ts";
import { createGroupBackends } from "./create-group-backends.ts";

const keys = createTaskKeys("test");
const prefix = `${keys.queuePrefix}:${keys.queueName}:`;
const second = 1_000;

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
});
afterEach(() => server.flush());
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

/** A bound that nothing comes near makes every end one for the stock scripts. */
const bound = { concurrency: "100000" };
type Path = "usual" | "stock";

interface Run {
  readonly jobs: readonly { readonly id: string; readonly group: string; readonly opts?: object }[];
  readonly keep: { readonly count: number; readonly age?: number };
  readonly together: number;
}

/** What is in Redis when all jobs have run, without its times and with how much Redis was asked for. */
async function leftBy(path: Path, { jobs, keep, together }: Run) {
  const backends = createGroupBackends({
    connection: redis,
    keys,
    prelude: recordPrelude(keys, undefined),
    logger: createLogger({ app: "test", level: "silent" }),
  });
  const queue = new Queue(keys.queueName, queueOptions(redis, keys), backends);
  await queue.waitUntilReady();
  if (path === "stock") await redis.hset(`${prefix}meta`, bound);
  for (const { id, group, opts } of jobs) {
    await queue.add("noop", { data: id }, { jobId: id, group: { id: group }, ...opts } as object);
  }
  const ended: string[] = [];
  // All that are taken together end together, so that both ways meet the same batches.
  let waiting: (() => void)[] = [];
  const run = async (job: Job) => {
    const turn = new Promise<void>((resolve) => waiting.push(resolve));
    if (waiting.length === Math.min(together, jobs.length - ended.length)) {
      for (const resolve of waiting.splice(0)) resolve();
      waiting = [];
    }
    await turn;
    ended.push(job.id ?? "");
    return { of: job.id };
  };
  const worker = new Worker(
    keys.queueName,
    run,
    { connection: redis, prefix: keys.queuePrefix, concurrency: together, removeOnComplete: keep },
    backends,
  );
  await eventually(async () => expect(await redis.llen(`${prefix}active`)).toBe(0));
  await eventually(() => expect(ended).toHaveLength(jobs.length));
  await eventually(async () => expect(await redis.exists(...jobs.map(({ id }) => `${prefix}${id}:lock`))).toBe(0));
  await worker.close();
  await queue.close();
  return { ended, dump: await dump() };
}

/** Without the order of what ends together, which follows from when each is heard of. */
async function dump(): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const key of (await redis.keys("*")).toSorted()) {
    const name = key.replace(prefix, "");
    const type = await redis.type(key);
    if (type === "hash") all[name] = await redis.hgetall(key);
    else if (type === "zset") all[name] = (await redis.zrange(key, "0", "-1")).toSorted();
    else if (type === "set") all[name] = (await redis.smembers(key)).toSorted();
    else if (type === "list") all[name] = await redis.lrange(key, "0", "-1");
    else if (type === "stream")
      all[name] = (await redis.xrange(key, "-", "+")).map(([, fields]) => fields.join(" ")).toSorted();
    else all[name] = await redis.get(key);
  }
  delete (all["meta"] as Record<string, string>)["concurrency"];
  const text = JSON.stringify(all);
  return JSON.parse(text.replaceAll(/\b1[78]\d{11}\b/g, "<ms>")) as Record<string, unknown>;
}

const job = (id: string, group: string, opts = {}) => ({ id, group, opts });
const runs: Readonly<Record<string, Run>> = {
  "one at a time": { jobs: ["a", "b", "c", "d"].map((id) => job(id, "g")), keep: { count: 100 }, together: 1 },
  "several groups together": {
    jobs: Array.from({ length: 24 }, (_, index) => job(`t${index}`, `g${index % 6}`)),
    keep: { count: 100, age: 3_600 },
    together: 6,
  },
  "more than are kept": {
    jobs: Array.from({ length: 12 }, (_, index) => job(`t${10 + index}`, `g${index % 3}`)),
    keep: { count: 4, age: 3_600 },
    together: 1,
  },
  "priorities, and one whose producer keeps nothing": {
    jobs: [job("a", "g", { priority: 5 }), job("b", "g"), job("c", "g", { removeOnComplete: true }), job("d", "h")],
    keep: { count: 100 },
    together: 1,
  },
};

test.each(Object.keys(runs))("usual ends leave in Redis what the stock scripts leave: %s", async (name) => {
  const run = runs[name] as Run;
  const stock = await leftBy("stock", run);
  await server.flush();
  const usual = await leftBy("usual", run);
  expect(usual.ended.toSorted()).toEqual(stock.ended.toSorted());
  expect(usual.dump).toEqual(stock.dump);
  expect(usual.dump["g:times"]).toBeDefined();
});

test("what is older than it is kept is forgotten with the next end, with all that belongs to it", async () => {
  const run: Run = { jobs: [job("old", "g")], keep: { count: 100, age: 60 }, together: 1 };
  await leftBy("usual", run);
  await redis.zadd(`${prefix}completed`, Date.now() - 61 * second, "old");
  await redis.rpush(`${prefix}old:logs`, "a line");
  const { dump: left } = await leftBy("usual", { ...run, jobs: [job("new", "g")] });
  expect(left["completed"]).toEqual(["new"]);
  expect(Object.keys(left).filter((key) => key.startsWith("old"))).toEqual([]);
});

test("usual ends are not left to the stock scripts", async () => {
  const commands = async () => {
    const stats = await redis.info("commandstats");
    return [...stats.matchAll(/^cmdstat_(?!info|keys)[^:]+:calls=(\d+)/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
  };
  const jobs = Array.from({ length: 60 }, (_, index) => job(`t${index}`, `g${index % 6}`));
  const spent: number[] = [];
  for (const path of ["stock", "usual"] as const) {
    await server.flush();
    const before = await commands();
    await leftBy(path, { jobs, keep: { count: 10 }, together: 6 });
    spent.push((await commands()) - before);
  }
  // 67 and 48 for each job, added and looked at by the test included.
  expect(spent[0]).toBeGreaterThan((spent[1] ?? 0) * 1.2);
});

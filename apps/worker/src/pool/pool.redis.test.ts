import { appendFileSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { createBullQueue } from "@switchyard/tasks/bullmq-queue";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import { type AppProcess, spawnApp, startApp } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { childrenOf, isAlive } from "@switchyard/testkit/process-tree";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { PoolProcess } from "./pool-process.ts";
import { ProcessSupervisor } from "./process-supervisor.ts";

/** Real pools of real processes, all over one queue, one after the other. */

// Up to three processes are started one after the other.
vi.setConfig({ testTimeout: 60_000 });

let server: TestRedis;
let directory: string;
let log: string;
let queue: TaskQueue;
const pools: AppProcess[] = [];

/** Says when it begins and when it is done, and waits for so long in between. */
const handler = (log: string) => `
import { appendFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
const note = (word, name) => appendFileSync(${JSON.stringify(log)}, word + " " + name + " " + process.pid + "\\n");
export default async ({ name, ms }) => {
  note("began", name);
  await setTimeout(ms);
  note("done", name);
};`;

beforeAll(async () => {
  [server, directory] = await Promise.all([startTestRedis(), mkdtemp(join(tmpdir(), "switchyard-pool-"))]);
  log = join(directory, "log");
  appendFileSync(log, "");
  await writeFile(join(directory, "work.mjs"), handler(log));
  await writeFile(join(directory, "fails.mjs"), "export default () => { throw new Error('always'); };");
  await writeFile(join(directory, "loops.mjs"), "export default () => { for (;;); };");
  const file = {
    handlers: Object.fromEntries(
      ["work", "fails", "loops"].map((name) => [name, { kind: "module", module: `./${name}.mjs` }]),
    ),
    tasks: { lock_duration: "1s" },
    worker: { concurrency: 5, processes: { min: 2, max: 3, target_wait: "500ms" } },
  };
  await writeFile(join(directory, "settings.json"), JSON.stringify(file));
  const settings = checkSettings(file);
  queue = await createBullQueue({
    redis: { url: server.url, prefix: "sy" },
    logger: createLogger({ app: "test", level: "silent" }),
    settings: settings.tasks,
    handlers: settings.handlers,
  });
});
afterAll(async () => {
  await queue.close();
  await server.close();
  await rm(directory, { recursive: true });
});

// Also after a test that has failed: what it left would take the tasks of the next one.
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
});

async function startPool(env: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
  const settings = { SWITCHYARD_CONFIG: join(directory, "settings.json"), SWITCHYARD_REDIS_URL: server.url };
  const pool = await startApp("worker", { ...settings, ...env });
  pools.push(pool);
  return pool;
}

async function enqueue(names: readonly string[], ms: number): Promise<void> {
  await queue.enqueueMany(names.map((name) => ({ handler: "work", data: { name, ms }, group: name })));
}

/** Pids that have begun, or ended, the task of a name. */
function pidsOf(word: "began" | "done", name: string): number[] {
  const lines = readFileSync(log, "utf8").split("\n");
  return lines.flatMap((line) => (line.startsWith(`${word} ${name} `) ? [Number(line.split(" ").at(-1))] : []));
}

const namesOf = (what: string, count: number) => Array.from({ length: count }, (_, index) => `${what}-${index}`);
const has = (word: "began" | "done", names: readonly string[]) =>
  eventually(() => expect(names.filter((name) => pidsOf(word, name).length === 0)).toEqual([]), { timeoutMs: 15_000 });
const succeeded = async (pool: AppProcess) => {
  const text = await (await fetch(`${pool.url}/metrics`)).text();
  return Number(/^switchyard_task_e2e_seconds_count\{handler="work"\} (\d+)/m.exec(text)?.[1] ?? 0);
};
/** What processes that have left said last of their pool, by number. */
async function lastWords(pids: number): Promise<readonly (true | undefined)[]> {
  const keys = (await server.command("KEYS", "sy:hub:{left}:*")) as string[];
  const words = await Promise.all(keys.map(async (key) => String(await server.command("GET", key))));
  const left = words.map((text) => JSON.parse(text) as { readonly pool?: string; readonly isOrphan?: true });
  return left.filter(({ pool = "" }) => pool.endsWith(`:${pids}`)).map(({ isOrphan }) => isOrphan);
}
const lines = (pool: AppProcess, message: string) => pool.log.filter((line) => line.includes(`"msg":"${message}"`));

test("a process that is killed is started again, its tasks run elsewhere, what the pool has counted stays counted, and SIGTERM drains all", async () => {
  const pool = await startPool();
  await eventually(() => expect(childrenOf(pool.pid)).toHaveLength(2));
  await enqueue(namesOf("before", 20), 1);
  await has("done", namesOf("before", 20));
  await eventually(async () => expect(await succeeded(pool)).toBe(20));

  await enqueue(namesOf("held", 6), 1_500);
  await has("began", namesOf("held", 6));
  const [victim = 0] = pidsOf("began", "held-0");
  process.kill(victim, "SIGKILL");
  await has("done", namesOf("held", 6));
  expect(pidsOf("done", "held-0")).not.toContain(victim);
  await eventually(() => expect(childrenOf(pool.pid)).toHaveLength(2));
  await eventually(() => expect(lines(pool, "pool process ended unasked")).toHaveLength(1));
  await eventually(async () => expect(await succeeded(pool)).toBe(26));
  expect((await fetch(`${pool.url}/readyz`)).status).toBe(200);

  // Told to stop, it lets all of them finish.
  const children = childrenOf(pool.pid);
  await enqueue(namesOf("last", 8), 800);
  await has("began", namesOf("last", 8));
  expect(await pool.stop()).toBe(0);
  expect(children.filter(isAlive)).toEqual([]);
  expect(await lastWords(pool.pid)).toEqual([undefined, undefined]);
  for (const name of namesOf("last", 8)) expect([name, pidsOf("done", name).length]).toEqual([name, 1]);
});

test("a pool that is killed leaves no orphans: its processes finish what they run, take nothing more and end", async () => {
  const pool = await startPool();
  await eventually(() => expect(childrenOf(pool.pid)).toHaveLength(2));
  const children = childrenOf(pool.pid);
  await enqueue(namesOf("orphan", 10), 800);
  await has("began", namesOf("orphan", 10));
  pool.signal("SIGKILL");
  // Each says so before it has finished what it runs.
  await eventually(() => expect(lines(pool, "stopping")).toHaveLength(2));
  await enqueue(["later"], 1);
  await eventually(() => expect(children.filter(isAlive)).toEqual([]), { timeoutMs: 10_000 });
  // So that somebody is told: neither they nor the tasks miss anything.
  expect(await lastWords(pool.pid)).toEqual([true, true]);
  for (const name of namesOf("orphan", 10)) expect([name, pidsOf("done", name)]).toEqual([name, pidsOf("began", name)]);
  expect(pidsOf("began", "later")).toEqual([]);

  await startPool();
  await has("done", ["later"]);
});

test("work that would take too long brings a process; a long line behind one place, and one that only fails, bring none", async () => {
  const pool = await startPool({ SWITCHYARD_WORKER_PROCESSES_MIN: "1", SWITCHYARD_WORKER_PROCESSES_MAX: "2" });
  const inLine = { handler: "work", data: { name: "inline", ms: 20 }, group: "one at a time" };
  const failing = { handler: "fails", group: "", attempts: 2, backoff: { kind: "fixed", delayMs: 10 } } as const;
  await queue.enqueueMany(Array.from({ length: 500 }, () => [inLine, failing]).flat());
  await eventually(() => expect(pidsOf("done", "inline").length).toBeGreaterThan(150), { timeoutMs: 15_000 });
  expect(lines(pool, "pool grows")).toEqual([]);
  await queue.groups.drain("one at a time");

  await enqueue(namesOf("many", 50), 400);
  await eventually(() => expect(childrenOf(pool.pid)).toHaveLength(2), { timeoutMs: 10_000 });
  await eventually(() => expect(JSON.parse(lines(pool, "pool grows")[0] ?? "{}")).toMatchObject({ from: 1, to: 2 }));
  await has("done", namesOf("many", 50));
  expect(await (await fetch(`${pool.url}/metrics`)).text()).toMatch(
    /switchyard_pool_decisions_total\{reason="\w+"\} 1/,
  );
});

test("a pool on trial says what it would do, and does nothing", async () => {
  const bounds = { SWITCHYARD_WORKER_PROCESSES_MIN: "1", SWITCHYARD_WORKER_PROCESSES_MAX: "2" };
  const pool = await startPool({ ...bounds, SWITCHYARD_WORKER_PROCESSES_DRY_RUN: "true" });
  await enqueue(namesOf("dry", 40), 400);
  const grows = () => lines(pool, "pool would grow").map((line) => JSON.parse(line) as { oldestAgeMs: unknown });
  await eventually(() => expect(grows()).not.toEqual([]), { timeoutMs: 10_000 });
  for (const { oldestAgeMs } of grows()) expect(oldestAgeMs).toEqual(expect.any(Number));
  expect(childrenOf(pool.pid)).toHaveLength(1);
  await has("done", namesOf("dry", 40));
});

test("a process that is not needed any more finishes what it runs, takes nothing more, and is killed when it does not end", async () => {
  vi.stubEnv("SWITCHYARD_CONFIG", join(directory, "settings.json"));
  vi.stubEnv("SWITCHYARD_REDIS_URL", server.url);
  const main = new URL("../main.ts", import.meta.url).pathname;
  const supervisor = new ProcessSupervisor({
    start: (number) => new PoolProcess(main, { pool: "test", number }),
    drainTimeoutMs: 3_000,
    graceMs: 500,
    silentMaxMs: 60_000,
    logger: createLogger({ app: "test", level: "silent" }),
    onEnded: () => undefined,
  });
  try {
    supervisor.resize(1);
    const [first] = supervisor.processes;
    await first?.ready;
    await enqueue(namesOf("kept", 3), 1_500);
    await has("began", namesOf("kept", 3));
    await first?.ask("load");
    supervisor.resize(2);
    await Promise.all(Array.from(supervisor.processes, ({ ready }) => ready));
    const [, second] = supervisor.processes;
    // The one that runs nothing goes.
    supervisor.resize(1);
    expect(await second?.ended).toEqual({ how: 0, workedMs: expect.any(Number) });
    expect(pidsOf("began", "kept-0")).toEqual([first?.pid]);

    supervisor.resize(0);
    await eventually(async () => expect(await first?.ask("readiness")).toContain("draining"));
    await enqueue(["not taken"], 1);
    expect(await first?.ended).toEqual({ how: 0, workedMs: expect.any(Number) });
    for (const name of namesOf("kept", 3)) expect(pidsOf("done", name)).toEqual([first?.pid]);
    expect(pidsOf("began", "not taken")).toEqual([]);

    supervisor.resize(1);
    await has("done", ["not taken"]);
    const [third] = supervisor.processes;
    const { task } = await queue.enqueue({ handler: "loops" });
    await eventually(async () => expect(await third?.ask("load")).toBeUndefined(), { timeoutMs: 10_000 });
    await queue.cancel(task.id);
    supervisor.resize(0);
    expect((await third?.ended)?.how).toBe("SIGKILL");
  } finally {
    await supervisor.stop();
    vi.unstubAllEnvs();
  }
});

test("a worker of one process is no pool", async () => {
  const worker = await startPool({
    SWITCHYARD_WORKER_PROCESSES_MIN: "1",
    SWITCHYARD_WORKER_PROCESSES_MAX: "1",
  });
  expect(childrenOf(worker.pid)).toEqual([]);
  await enqueue(["alone"], 1);
  await has("done", ["alone"]);
  expect(pidsOf("done", "alone")).toEqual([worker.pid]);
});

test("settings no process can start with end the pool with their exit code, and bounds that cross are refused", async () => {
  const settings = { SWITCHYARD_CONFIG: join(directory, "broken.json"), SWITCHYARD_REDIS_URL: server.url };
  const broken = { handlers: { work: { kind: "module", module: "./none.mjs" } }, worker: { processes: { max: 2 } } };
  await writeFile(join(directory, "broken.json"), JSON.stringify(broken));
  const pool = spawnApp("worker", settings);
  expect(await pool.exited).toBe(78);
  expect(pool.log.join("\n")).toContain("none.mjs does not exist");
  const crossed = spawnApp("worker", { ...settings, SWITCHYARD_WORKER_PROCESSES_MIN: "3" });
  expect(await crossed.exited).toBe(78);
  expect(crossed.log.join()).toContain("worker.processes.max: 2 is less than worker.processes.min, which is 3");
});

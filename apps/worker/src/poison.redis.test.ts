import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { createBullQueue } from "@switchyard/tasks/bullmq-queue";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import { startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";

/** Each of them is declared as a handler of its name. */
const handlers = {
  healthy: "export default () => 'fine';",
  throws: "export default () => { throw new Error('no disk'); };",
  exits: "export default () => process.exit(3);",
  hoards: "export default () => { const all = []; for (;;) all.push(Array.from({ length: 1e6 }, Math.random)); };",
  loops: "export default () => { for (;;); };",
  rejectsLater:
    "export default () => new Promise(() => { setTimeout(() => { throw new Error('nobody caught me'); }, 10); });",
  naps: "export default () => new Promise((resolve) => setTimeout(resolve, 300, 'rested'));",
  huge: "export default () => 'x'.repeat(50 * 1024 * 1024);",
  circular: "export default () => { const it = {}; it.it = it; return it; };",
  bigint: "export default () => 10n;",
};

let server: TestRedis;
let directory: string;
let queue: TaskQueue;
const workers: AppProcess[] = [];
let restarts = 0;
let isClosing = false;

beforeAll(async () => {
  [server, directory] = await Promise.all([startTestRedis(), mkdtemp(join(tmpdir(), "switchyard-poison-"))]);
  await Promise.all(
    Object.entries(handlers).map(([name, source]) => writeFile(join(directory, `${name}.mjs`), source)),
  );
  const file = {
    handlers: Object.fromEntries(
      Object.keys(handlers).map((name) => [name, { kind: "module", module: `./${name}.mjs`, timeout: "2s" }]),
    ),
    tasks: { lock_duration: "1s", backoff: "10ms" },
  };
  await writeFile(join(directory, "settings.json"), JSON.stringify(file));
  const settings = checkSettings(file);
  queue = await createBullQueue({
    redis: { url: server.url, prefix: "sy" },
    logger: createLogger({ app: "test", level: "silent" }),
    settings: settings.tasks,
    handlers: settings.handlers,
  });
  await Promise.all([supervise(), supervise()]);
});
afterAll(async () => {
  isClosing = true;
  await Promise.all(workers.map((worker) => worker.kill()));
  await queue.close();
  await server.close();
  await rm(directory, { recursive: true });
});

/** What systemd or Kubernetes does: a worker that has ended is started again. */
async function supervise(): Promise<void> {
  const worker = await startApp("worker", {
    SWITCHYARD_CONFIG: join(directory, "settings.json"),
    SWITCHYARD_REDIS_URL: server.url,
    NODE_OPTIONS: "--max-old-space-size=128",
  }).catch(() => undefined);
  // It may take the poison, and end by it, before anybody has seen it start.
  if (worker === undefined) return startAgain();
  workers.push(worker);
  void worker.exited.then(async () => {
    workers.splice(workers.indexOf(worker), 1);
    await startAgain();
  });
}

async function startAgain(): Promise<void> {
  restarts += 1;
  if (!isClosing) await supervise();
}

async function runToEnd(handler: string) {
  const { task } = await queue.enqueue({ handler, attempts: 3, group: handler });
  return queue.waitForSettled(task.id, 60_000);
}

test.each([
  ["throws", "handler_failed", 3],
  ["huge", "result_too_large", 1],
  ["circular", "result_unserialisable", 1],
  ["bigint", "result_unserialisable", 1],
])(
  "a handler that %s is a dead letter with code %s after %i attempts, and no worker ends",
  async (name, code, attempts) => {
    const before = restarts;
    expect(await runToEnd(name)).toMatchObject({ status: "failed", attempt: attempts, error: { code } });
    expect((await queue.groups.deadLetters(name, {})).items).toHaveLength(1);
    expect(restarts).toBe(before);
  },
);

test.each(["exits", "hoards", "loops", "rejectsLater"])(
  "a handler that %s takes three workers down with it and no more, is a dead letter then, and healthy tasks go on",
  { timeout: 100_000 },
  async (name) => {
    const before = restarts;
    const healthy = Array.from({ length: 20 }, () => runToEnd("healthy"));
    expect(await runToEnd(name)).toMatchObject({ status: "failed", error: { code: "worker_lost" } });
    expect((await queue.groups.deadLetters(name, {})).items).toMatchObject([{ handler: name }]);
    for (const record of await Promise.all(healthy)) expect(record?.status).toBe("succeeded");
    await eventually(() => expect(workers).toHaveLength(2), { timeoutMs: 20_000 });
    await eventually(() => expect(restarts - before).toBe(3), { timeoutMs: 20_000 });
    expect((await runToEnd("healthy"))?.status).toBe("succeeded");
  },
);

test(
  "tasks that run beside a poisonous one are all done, however often they lose their worker with it",
  { timeout: 100_000 },
  async () => {
    const ids = await Promise.all(
      Array.from(
        { length: 30 },
        async (_, index) => (await queue.enqueue({ handler: index === 4 ? "exits" : "naps" })).task.id,
      ),
    );
    const records = await Promise.all(ids.map((id) => queue.waitForSettled(id, 90_000)));
    expect(records.map((record) => record?.error?.code ?? record?.status)).toEqual(
      ids.map((_, index) => (index === 4 ? "worker_lost" : "succeeded")),
    );
  },
);

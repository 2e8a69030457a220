import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnApp, type SpawnedProcess } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { childrenOf, isAlive } from "@switchyard/testkit/process-tree";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";

/** Workers whose handlers never come to the end of being loaded. */

// Each starts up to three processes, and waits for what they do.
vi.setConfig({ testTimeout: 120_000 });

/** The second process of a pool stands still as one does that computes for ever, all others wait for nothing. */
const hangs = `
import { writeFileSync } from "node:fs";
const number = process.argv[process.argv.indexOf("--of-pool") + 2];
writeFileSync(new URL("./loading-" + process.pid, import.meta.url), "");
if (number === "2") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
await new Promise(() => setInterval(() => {}, 1_000));
export default () => undefined;`;

let server: TestRedis;
let directory: string;
const left: number[] = [];

beforeAll(async () => {
  [server, directory] = await Promise.all([startTestRedis(), mkdtemp(join(tmpdir(), "switchyard-orphans-"))]);
  await writeFile(join(directory, "hangs.mjs"), hangs);
  const handlers = { hangs: { kind: "module", module: "./hangs.mjs" } };
  await writeFile(join(directory, "settings.json"), JSON.stringify({ handlers, shutdown: { timeout: "2s" } }));
});
afterAll(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});
afterEach(() => {
  for (const pid of left.splice(0).filter(isAlive)) process.kill(pid, "SIGKILL");
});

function start(processes: number): SpawnedProcess {
  const worker = spawnApp("worker", {
    SWITCHYARD_CONFIG: join(directory, "settings.json"),
    SWITCHYARD_REDIS_URL: server.url,
    SWITCHYARD_WORKER_PROCESSES_MIN: String(processes),
    SWITCHYARD_WORKER_PROCESSES_MAX: String(processes),
  });
  left.push(worker.pid);
  return worker;
}

/** Once each of them loads its handlers. */
async function startPool(): Promise<{ pool: SpawnedProcess; children: readonly number[] }> {
  const pool = start(2);
  await eventually(() => expect(childrenOf(pool.pid)).toHaveLength(2), { timeoutMs: 45_000 });
  const children = childrenOf(pool.pid);
  left.push(...children);
  await Promise.all(children.map(isLoading));
  return { pool, children };
}

const isLoading = (pid: number) =>
  eventually(() => access(join(directory, `loading-${pid}`)), { timeoutMs: 45_000, everyMs: 50 });

test("a pool that is told to stop leaves none of its processes, whether they stand still or were stopped", async () => {
  const { pool, children } = await startPool();
  process.kill(children[0] ?? 0, "SIGSTOP");
  pool.signal("SIGTERM");
  await pool.exited;
  expect(children.filter(isAlive)).toEqual([]);
});

test("processes of a pool that is killed end, whether they still start or stand still", async () => {
  const { pool, children } = await startPool();
  await pool.kill();
  // What they have to stop, and two seconds.
  await eventually(() => expect(children.filter(isAlive)).toEqual([]), { timeoutMs: 30_000 });
});

test("a worker that never comes to the end of its start ends by its deadline when it is told to", async () => {
  const worker = start(1);
  await isLoading(worker.pid);
  worker.signal("SIGTERM");
  expect(await worker.exited).toBe(1);
  expect(worker.log.join("\n")).toContain("shutdown deadline exceeded");
});

import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";
import type { BenchContext } from "../bench.ts";
import type { HttpLoadCalls } from "../http-publish/http-load-process.ts";
import { type CpuShares, watchCpu } from "../machine/cpu-watch.ts";
import { loadCore, serverCore } from "../machine/pin-process.ts";
import { startWorker, type Worker } from "../process/start-worker.ts";
import { workerModule } from "../process/worker-module.ts";
import { apiKey, type BenchHub, openHub } from "../result-latency/open-hub.ts";
import { logIn, openTabs, type TabHabit } from "./open-tabs.ts";
import { openOperatorBrowser, opsPassword } from "./operator-browser.ts";
import { readRedisWork } from "./redis-watch.ts";

export interface TurnFigures {
  readonly tabs: number;
  readonly publishP50Ms: number;
  readonly publishP99Ms: number;
  readonly tasksPerSecond: number;
  /** Of one core, while nothing but publishing goes on. */
  readonly redisShare: number;
  readonly commandsPerSecond: number;
  /** Of the hub by the api, for all tabs together. */
  readonly readingsPerSecond: number;
  readonly answersPerSecond: number;
  readonly cpu: CpuShares<"gateway" | "api" | "worker" | "redis">;
}

export const tabCount = 40;
const publishPerSecond = 500;

/** Turns without and with the tabs, one after the other: what the machine does beside is in both. */
export async function measureBesideTabs({ redis, quick, options, say }: BenchContext): Promise<readonly TurnFigures[]> {
  const hub = await openHub(redis.url, {
    ops: { password: opsPassword },
    channel: { namespaces: [{ name: "bench" }] },
  });
  const connection = new Redis(redis.url);
  const publisher = await startWorker<HttpLoadCalls>({
    module: workerModule("http-publish/http-load-process"),
    core: loadCore,
  });
  try {
    const habits = quick ? [{ path: "/ops/api/overview", everyMs: 2_000 }] : await habitsOfATab(hub.apiUrl);
    say(
      `a tab asks ${habits.map(({ path, everyMs }) => `${path} every ${Math.round(everyMs / 100) / 10} s`).join(", ")}`,
    );
    const turns: TurnFigures[] = [];
    const stage = { hub, redis, connection, publisher, habits, seconds: quick ? 2 : 6, tasks: quick ? 200 : 4_000 };
    await measureTurn(stage, 0);
    for (let round = 0; round < (quick ? 1 : (options.rounds ?? 3)); round += 1) {
      for (const tabs of round % 2 === 0 ? [0, tabCount] : [tabCount, 0]) {
        const turn = await measureTurn(stage, tabs);
        say(`${tabs} tabs: p99 ${turn.publishP99Ms.toFixed(2)} ms, ${Math.round(turn.tasksPerSecond)} tasks/s`);
        turns.push(turn);
      }
    }
    return turns;
  } finally {
    await publisher.close();
    connection.disconnect();
    await hub.close();
  }
}

interface Stage {
  readonly hub: BenchHub;
  readonly redis: BenchContext["redis"];
  readonly connection: Redis;
  readonly publisher: Worker<HttpLoadCalls>;
  readonly habits: readonly TabHabit[];
  readonly seconds: number;
  readonly tasks: number;
}

async function measureTurn({ hub, redis, connection, publisher, habits, seconds, tasks }: Stage, tabs: number) {
  const open = openTabs(hub.apiUrl, { cookie: await logIn(hub.apiUrl), habits, count: tabs });
  await publisher.call("start", {
    ports: [Number(new URL(hub.apiUrl).port)],
    connections: 20,
    path: "/api/publish",
    headers: { "x-api-key": apiKey },
    body: JSON.stringify({ channel: "bench:one", data: { t: "00000000000000" } }),
    ratePerSec: publishPerSecond,
  });
  await wait(1_000);
  const pid = (of: keyof BenchHub["pids"]) => ({ pid: hub.pids[of], core: serverCore });
  const end = await watchCpu({
    gateway: pid("gateway"),
    api: pid("api"),
    worker: pid("worker"),
    redis: { pid: redis.pid, core: loadCore },
  });
  await publisher.call("reset");
  const [before, seenBefore, beganMs] = [await readRedisWork(connection), open.read(), performance.now()];
  await wait(seconds * 1_000);
  const [after, seen, elapsedMs] = [await readRedisWork(connection), open.read(), performance.now() - beganMs];
  const { latencyMs, failed, firstFailure } = await publisher.call("read");
  if (failed > 0) throw new Error(`${failed} publications failed: ${firstFailure}`);
  const cpu = await end();
  await publisher.call("stop");
  const tasksPerSecond = await runTasks(hub, tasks);
  await open.close();
  const perSecond = (count: number) => (count * 1_000) / elapsedMs;
  return {
    tabs,
    publishP50Ms: latencyMs.p50,
    publishP99Ms: latencyMs.p99,
    tasksPerSecond,
    redisShare: (after.cpuMs - before.cpuMs) / elapsedMs,
    commandsPerSecond: perSecond(after.commands - before.commands),
    readingsPerSecond: perSecond(seen.readings - seenBefore.readings),
    answersPerSecond: perSecond(seen.answers - seenBefore.answers),
    cpu,
  };
}

/** From the first that is enqueued to the end of the last. */
async function runTasks({ apiUrl }: BenchHub, count: number): Promise<number> {
  const headers = { "x-api-key": apiKey, "content-type": "application/json" };
  const beganMs = performance.now();
  let last = "";
  for (let sent = 0; sent < count; sent += 500) {
    const body = { tasks: Array.from({ length: Math.min(500, count - sent) }, () => ({ handler: "test", data: 1 })) };
    const response = await fetch(`${apiUrl}/v1/tasks/batch`, { method: "POST", headers, body: JSON.stringify(body) });
    const { results } = (await response.json()) as { results: readonly { readonly id: string }[] };
    last = results.at(-1)?.id ?? last;
  }
  const answer = await fetch(`${apiUrl}/v1/tasks/${last}?wait=60`, { headers });
  const { status } = (await answer.json()) as { status: string };
  if (status !== "succeeded") throw new Error(`the last task is ${status}`);
  return (count * 1_000) / (performance.now() - beganMs);
}

/** As a real one on the first screen was seen to ask. */
async function habitsOfATab(apiUrl: string): Promise<readonly TabHabit[]> {
  const browser = await openOperatorBrowser(apiUrl);
  const asked = new Map<string, number>();
  const lookedMs = 12_000;
  browser.page.on("request", (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.startsWith("/ops/api/")) asked.set(pathname + search, (asked.get(pathname + search) ?? 0) + 1);
  });
  await wait(lookedMs);
  await browser.close();
  return [...asked].map(([path, times]) => ({ path, everyMs: lookedMs / times }));
}

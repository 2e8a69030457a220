import { Redis } from "ioredis";
import { startApp } from "@switchyard/testkit/app-process";
import type { Bench, BenchContext } from "../bench.ts";
import { watchCpu } from "../machine/cpu-watch.ts";
import { loadCore, pinProcess, serverCore } from "../machine/pin-process.ts";
import { raisePriority } from "../machine/raise-priority.ts";
import { formatFigure } from "../report/format-figure.ts";
import { formatTable } from "../report/format-table.ts";
import { median } from "../report/median.ts";
import { describeQuietness } from "../report/quietness.ts";
import { apiKey } from "../result-latency/open-hub.ts";
import { actInBulk, type BulkFigures } from "./act-in-bulk.ts";
import { askQuietly, type QuietFigures } from "./ask-quietly.ts";
import { measureBesideTabs, type TurnFigures } from "./beside-tabs.ts";
import { findRare, lookAtPages, type PageLooks, pathsOf } from "./look-at-pages.ts";
import { openOperatorBrowser, opsPassword } from "./operator-browser.ts";
import { slowMs } from "./redis-watch.ts";
import { seedTasks } from "./seed-tasks.ts";

const { count, milliseconds: ms, percent } = formatFigure;

/**
 * Pages are looked at in a real Chromium, which has a core to share with Redis and the bench; the api has the other. What they ask for is asked
 * once more without it, of a Redis that nothing interrupts where the machine allows that, to tell what it costs and how long its commands
 * take. Tabs are asked for as one was seen to ask, of a hub on the other core.
 */
export const consolePages: Bench = {
  name: "console",
  question: "How soon is each page there with 100 000 tasks, what do acts on many cost, and what do 40 open tabs cost?",
  minutes: 6,
  async run(context) {
    const pages = await measurePages(context);
    const connection = new Redis(context.redis.url);
    await connection.flushall();
    connection.disconnect();
    const turns = await measureBesideTabs(context);
    const markdown = [
      describeQuietness([pages.cpu, ...turns.map(({ cpu }) => cpu)]),
      pagesTable(pages.figures),
      pages.isAlone ? "" : "\nRedis had no priority over others here, so slow commands may be theirs.",
      `\n${rareLine(pages)}\n`,
      bulkLine(pages.bulk),
      "",
      tabsTable(turns),
      "",
    ];
    return { markdown: markdown.join("\n"), figures: { pages, turns } };
  },
};

async function measurePages({ redis, quick, say }: BenchContext) {
  const stock = quick ? { tasks: 2_000, groups: 50, handlers: 20 } : { tasks: 100_000, groups: 1_000, handlers: 20 };
  const seeded = await seedTasks(redis.url, stock);
  say(`${count(stock.tasks)} tasks lie in Redis`);
  const api = await startApp("api", {
    SWITCHYARD_REDIS_URL: redis.url,
    SWITCHYARD_OPS_PASSWORD: opsPassword,
    SWITCHYARD_API_KEY: apiKey,
  });
  await pinProcess(api.pid, serverCore);
  const connection = new Redis(redis.url);
  const browser = await openOperatorBrowser(api.url).catch(async (error: unknown) => {
    await api.stop();
    throw error;
  });
  try {
    const end = await watchCpu({
      redis: { pid: redis.pid, core: loadCore },
      api: { pid: api.pid, core: serverCore },
    });
    const looks = { paths: pathsOf(seeded), looks: quick ? 1 : 3, origin: api.url };
    const shown = await lookAtPages(browser, looks);
    const rareMs = await findRare(browser, api.url, seeded.rareUser);
    const idMs = await askById(api.url, seeded.rareId);
    await browser.close();
    const lower = await raisePriority(redis.pid);
    const figures: PageFigures[] = [];
    for (const { asked, ...page } of shown) {
      const quiet = await askQuietly(connection, { apiUrl: api.url, redisPid: redis.pid, asked, looks: looks.looks });
      figures.push({ ...page, ...quiet });
    }
    const bulk = await actInBulk(connection, { apiUrl: api.url, apiKey, seconds: quick ? 1 : 8 });
    await lower?.();
    return { stock, isAlone: lower !== undefined, figures, rareMs, idMs, bulk, cpu: await end() };
  } finally {
    await browser.close();
    connection.disconnect();
    await api.stop();
  }
}

/** The median of some answers about one task. */
async function askById(apiUrl: string, id: string): Promise<number> {
  const times: number[] = [];
  for (let asked = 0; asked < 20; asked += 1) {
    const beganMs = performance.now();
    await (await fetch(`${apiUrl}/v1/tasks?id=${id}`, { headers: { "x-api-key": apiKey } })).arrayBuffer();
    times.push(performance.now() - beganMs);
  }
  return median(times);
}

type PageFigures = Omit<PageLooks, "asked"> & QuietFigures;

function pagesTable(figures: readonly PageFigures[]): string {
  const header = ["page", "shown ms", "worst", "api at most ms", "Redis ms", `slowest command above ${slowMs} ms`];
  const rows = figures.map(({ path, shownMs, worstMs, serverMs, redisMs, slowest }) => [
    decodeURIComponent(path || "/"),
    ms(shownMs),
    ms(worstMs),
    ms(serverMs),
    ms(redisMs),
    slowest === undefined ? "–" : `${ms(slowest.ms)} (${slowest.times} ×) ${slowest.words.replaceAll("|", " ")}`,
  ]);
  return formatTable(header, rows);
}

function rareLine({ rareMs, idMs, stock }: { rareMs: number; idMs: number; stock: { tasks: number } }): string {
  return `A value that one of ${count(stock.tasks)} tasks has is on the page after ${(rareMs / 1_000).toFixed(1)} s; by its id a task is answered in ${ms(idMs)} ms.`;
}

function bulkLine({ matched, countMs, donePerSecond, redisShare, abortMs, doneAfter, slowest }: BulkFigures): string {
  const above = slowest === undefined ? "no command took 2 ms" : `the slowest command took ${ms(slowest.ms)} ms`;
  return `Acts on many: ${count(matched)} were counted by their reason in ${ms(countMs)} ms; at 1 000 a second ${count(donePerSecond)} a second were retried with ${percent(redisShare)} of a core for Redis; an abort took ${ms(abortMs)} ms, and ${doneAfter} were done after it; ${above}.`;
}

function tabsTable(turns: readonly TurnFigures[]): string {
  const header = ["", "publish p50 ms", "p99 ms", "tasks/s", "Redis", "commands/s", "api", "readings/s", "answers/s"];
  const rows = [...new Set(turns.map(({ tabs }) => tabs))].map((tabs) => {
    const own = turns.filter((turn) => turn.tabs === tabs);
    const middle = (of: (turn: TurnFigures) => number) => median(own.map(of));
    return [
      `${tabs} tabs`,
      ms(middle(({ publishP50Ms }) => publishP50Ms)),
      ms(middle(({ publishP99Ms }) => publishP99Ms)),
      count(middle(({ tasksPerSecond }) => tasksPerSecond)),
      `${(middle(({ redisShare }) => redisShare) * 100).toFixed(1)} %`,
      count(middle(({ commandsPerSecond }) => commandsPerSecond)),
      `${(middle(({ cpu }) => cpu.api) * 100).toFixed(1)} %`,
      middle(({ readingsPerSecond }) => readingsPerSecond).toFixed(2),
      count(middle(({ answersPerSecond }) => answersPerSecond)),
    ];
  });
  return formatTable(header, rows);
}

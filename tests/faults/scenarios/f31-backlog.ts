import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "@switchyard/testkit/eventually";
import { familyOf } from "@switchyard/testkit/process-tree";
import { spreadOf, type Spread } from "@switchyard/testkit/spread";
import { unless, type Scenario } from "../scenario.ts";
import { loginToBoard } from "../tasks/ops-board.ts";
import { withTaskStage, type TaskStage } from "../tasks/task-stage.ts";

const backlog = 100_000;
const groups = 1_000;
const pageMaxMs = 2_000;
/** What this machine's scheduler does to a p99. */
const noiseMs = 20;

export const backlogThenWorkers: Scenario = {
  id: "F31",
  promise: "100 000 waiting tasks slow neither the api nor the dashboard, and are drained by workers that do not grow",
  isLongOnly: true,
  run: () =>
    withTaskStage({ workers: 0, apis: 1, worker: { concurrency: 50 } }, async (stage) => {
      await measureApi(stage, "warm");
      const empty = await measureApi(stage, "empty");
      await pile(stage);
      const full = await measureApi(stage, "full");
      const pages = await measurePages(stage);
      await stage.addWorkers(2);
      const drain = await watchDrain(stage);
      const words = (spread: Spread) => `p50/p99/max ${spread.p50}/${spread.p99}/${spread.max}`;
      const slowest = Math.max(...Object.values(pages));
      const isUnaffected = (before: Spread, now: Spread) => now.p99 <= before.p99 * 1.1 + noiseMs;
      return {
        figures: {
          "POST ms without backlog": words(empty.post),
          "POST ms with 100 000 waiting": words(full.post),
          "GET ms without backlog": words(empty.get),
          "GET ms with 100 000 waiting": words(full.get),
          ...Object.fromEntries(Object.entries(pages).map(([name, ms]) => [`${name}, ms`, Math.round(ms)])),
          "drained tasks/s": Math.round(drain.perSecond),
          "RSS of the workers MiB, highest by quarter of the drain": drain.rssMiB.join("/"),
        },
        broken: [
          ...unless(isUnaffected(empty.post, full.post), `POST p99 went from ${empty.post.p99} to ${full.post.p99} ms`),
          ...unless(isUnaffected(empty.get, full.get), `GET p99 went from ${empty.get.p99} to ${full.get.p99} ms`),
          ...unless(slowest < pageMaxMs, `a page took ${slowest} ms`),
          ...unless(drain.done >= backlog, `${drain.done} tasks were done`),
          ...unless(
            (drain.rssMiB[3] ?? Infinity) <= (drain.rssMiB[1] ?? 0) * 1.2,
            `workers grew: ${drain.rssMiB.join("/")} MiB`,
          ),
        ],
      };
    }),
};

async function measureApi(stage: TaskStage, name: string) {
  const post: number[] = [];
  const get: number[] = [];
  for (let index = 0; index < 500; index++) {
    const group = `probe-${index % 50}`;
    const body = { handler: "work", group, data: { log: stage.log, name } };
    const begunMs = performance.now();
    const reply = await stage.request("/v1/tasks", { method: "POST", body });
    const postedMs = performance.now();
    await stage.request(`/v1/tasks/${(reply.body as { id: string }).id}`);
    post.push(postedMs - begunMs);
    get.push(performance.now() - postedMs);
    await sleep(5);
  }
  return { post: spreadOf(post), get: spreadOf(get) };
}

async function pile({ queue, log }: TaskStage): Promise<void> {
  const batch = 500;
  for (let count = 0; count < backlog; count += batch) {
    await queue.enqueueMany(
      Array.from({ length: batch }, (_, index) => ({
        handler: "work",
        group: `g${(count + index) % groups}`,
        data: { log, name: "backlog" },
      })),
    );
  }
}

async function measurePages(stage: TaskStage): Promise<Readonly<Record<string, number>>> {
  const click = await loginToBoard(stage);
  const board = (page: number) => `?activeQueue=tasks&status=prioritized&page=${page}&jobsPerPage=10`;
  const timed = async (load: () => Promise<number>) => {
    const begunMs = performance.now();
    const status = await load();
    if (status !== 200) throw new Error(`a page was answered ${status}`);
    return performance.now() - begunMs;
  };
  return {
    "dashboard, first page": await timed(() => click(board(1), "GET")),
    "dashboard, last page": await timed(() => click(board(backlog / 10), "GET")),
    "GET /v1/groups": await timed(async () => (await stage.request("/v1/groups")).status),
    "GET /v1/groups/g1": await timed(async () => (await stage.request("/v1/groups/g1")).status),
  };
}

async function watchDrain(stage: TaskStage) {
  const samples: { waiting: number; rssMiB: number }[] = [];
  const begunMs = performance.now();
  await eventually(
    async () => {
      const waiting = await stage.admin.zcard("{sy:tasks}:tasks:prioritized");
      samples.push({
        waiting,
        rssMiB: Math.max(...stage.workers.flatMap(({ process }) => familyOf(process?.pid ?? 0).map(rssOf))),
      });
      if (waiting > 0) throw new Error(`${waiting} wait`);
    },
    { timeoutMs: 300_000, everyMs: 250 },
  );
  const seconds = (performance.now() - begunMs) / 1_000;
  await stage.idle();
  const quarter = samples.length / 4;
  const rssMiB = [0, 1, 2, 3].map((index) =>
    Math.round(Math.max(...samples.slice(index * quarter, (index + 1) * quarter).map((sample) => sample.rssMiB))),
  );
  const done = stage.effects().filter(({ kind, name }) => kind === "effect" && name === "backlog").length;
  return { perSecond: done / seconds, rssMiB, done };
}

function rssOf(pid: number): number {
  const [, kib = "0"] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1_024;
}

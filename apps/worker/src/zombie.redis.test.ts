import { knownChannelName } from "@switchyard/broker/channel-name";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { createRedisBroker } from "@switchyard/broker/redis-broker";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { createBullQueue } from "@switchyard/tasks/bullmq-queue";
import { startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis } from "@switchyard/testkit/redis-fixture";
import { expect, onTestFinished, test } from "vitest";

const logger = createLogger({ app: "test", level: "silent" });
/** Tells who it is, then waits until SIGUSR2 lets it go, and returns who it is. */
const source = `
export default async (_data, { attempt, token, progress, signal }) => {
  const released = new Promise((resolve) => process.once("SIGUSR2", resolve));
  progress(attempt, String(process.pid));
  await released;
  return { pid: process.pid, token, wasAborted: signal.aborted };
};`;

async function startTrial() {
  const [server, directory] = await Promise.all([startTestRedis(), mkdtemp(join(tmpdir(), "switchyard-zombie-"))]);
  await writeFile(join(directory, "wait.mjs"), source);
  const file = {
    handlers: { wait: { kind: "module", module: "./wait.mjs" } },
    // Long enough to be renewed in time on a busy machine, or the heir is taken for lost as well.
    tasks: { lock_duration: "3s" },
    worker: { concurrency: 1 },
  };
  const config = join(directory, "settings.json");
  await writeFile(config, JSON.stringify(file));
  const settings = checkSettings(file);
  const redis = { url: server.url, prefix: "sy" };
  const queue = await createBullQueue({ redis, logger, settings: settings.tasks, handlers: settings.handlers });
  const published: { seq: number; status: string; result: unknown }[] = [];
  const broker = await createRedisBroker({
    redis,
    logger,
    rules: createChannelRules(settings.channel),
    onPublication(_channel, { body }) {
      return published.push((JSON.parse(body.toString()) as { data: (typeof published)[number] }).data);
    },
    onRestored: () => undefined,
  });
  const start = () => startApp("worker", { SWITCHYARD_CONFIG: config, SWITCHYARD_REDIS_URL: server.url });
  const workers: AppProcess[] = await Promise.all([start(), start()]);
  onTestFinished(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
    await Promise.all([queue.close(), broker.close()]);
    await server.close();
    await rm(directory, { recursive: true });
  });
  return { queue, broker, published, workers };
}

test("a worker that was stopped and comes back is refused: its result is never seen, neither in the record nor on the channel", async () => {
  const { queue, broker, published, workers } = await startTrial();
  const { task } = await queue.enqueue({ handler: "wait", group: "g" });
  const runsOn = async () => {
    const record = await queue.find(task.id);
    expect(record?.message).not.toBeNull();
    return Number(record?.message);
  };
  const zombiePid = await eventually(runsOn);
  const zombie = workers.find(({ pid }) => pid === zombiePid);
  zombie?.signal("SIGSTOP");
  const heirPid = await eventually(
    async () => {
      const pid = await runsOn();
      expect(pid).not.toBe(zombiePid);
      return pid;
    },
    { timeoutMs: 15_000 },
  );
  await broker.subscribe(knownChannelName(`task:${task.id}`));
  // The zombie wakes with its work done, before and after the heir has finished.
  zombie?.signal("SIGUSR2");
  zombie?.signal("SIGCONT");
  await eventually(() => expect(zombie?.log.join("\n")).toMatch(/fenced off|could not renew lock|the task was lost/));
  expect((await queue.find(task.id))?.status).toBe("running");
  workers.find(({ pid }) => pid === heirPid)?.signal("SIGUSR2");
  const record = await queue.waitForSettled(task.id, 5_000);
  expect(record).toMatchObject({ status: "succeeded", result: { pid: heirPid, token: "2", wasAborted: false } });
  const { publications } = await broker.history(knownChannelName(`task:${task.id}`), { limit: 1, reverse: true });
  expect(JSON.parse(publications[0]?.body.toString() ?? "")).toEqual({ data: record });
  await eventually(() => expect(published.at(-1)?.status).toBe("succeeded"));
  expect(published.filter(({ result }) => result !== null)).toHaveLength(1);
  expect(published.map(({ seq }) => seq)).toEqual(published.map(({ seq }) => seq).toSorted((a, b) => a - b));
}, 40_000);

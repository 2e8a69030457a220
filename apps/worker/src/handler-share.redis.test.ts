import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { createBullQueue } from "@switchyard/tasks/bullmq-queue";
import { startApp } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis } from "@switchyard/testkit/redis-fixture";
import { expect, onTestFinished, test } from "vitest";

const share = 3;
/** Notes when each attempt begins and ends, in the order in which all processes write it. */
const source = `
import { appendFileSync } from "node:fs";
const note = (what) => appendFileSync(new URL("./notes.txt", import.meta.url), what + " " + process.pid + "\\n");
export default async () => {
  note("begin");
  await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 30));
  note("end");
};`;

test("no more tasks of a handler run than its share, over two workers of which one is killed", async () => {
  const [server, directory] = await Promise.all([startTestRedis(), mkdtemp(join(tmpdir(), "switchyard-share-"))]);
  await writeFile(join(directory, "note.mjs"), source);
  const file = {
    handlers: { note: { kind: "module", module: "./note.mjs", concurrency: share } },
    tasks: { lock_duration: "3s" },
  };
  const config = join(directory, "settings.json");
  await writeFile(config, JSON.stringify(file));
  const { tasks, handlers } = checkSettings(file);
  const logger = createLogger({ app: "test", level: "silent" });
  const redis = { url: server.url, prefix: "sy" };
  const queue = await createBullQueue({ redis, logger, settings: tasks, handlers });
  const start = () => startApp("worker", { SWITCHYARD_CONFIG: config, SWITCHYARD_REDIS_URL: server.url });
  const [victim, other] = await Promise.all([start(), start()]);
  onTestFinished(async () => {
    await Promise.all([victim.kill(), other.kill()]);
    await queue.close();
    await server.close();
    await rm(directory, { recursive: true });
  });
  const notes = async () => (await readFile(join(directory, "notes.txt"), "utf8").catch(() => "")).trim().split("\n");

  const groups = Array.from({ length: 300 }, (_, index) => (index % 2 === 0 ? undefined : `g${index % 20}`));
  const replies = await queue.enqueueMany(groups.map((group) => ({ handler: "note", ...(group && { group }) })));
  const victimPid = String(victim.pid);
  await eventually(async () => {
    // While it runs one, or there is nothing that could be lost.
    const lines = await notes();
    const own = lines.filter((line) => line.endsWith(victimPid));
    expect(lines.length).toBeGreaterThan(60);
    expect(own.at(-1)).toMatch(/^begin/);
  });
  await victim.kill();
  const killedAt = (await notes()).length;
  const ids = replies.map((reply) => ("task" in reply ? reply.task.id : ""));
  const records = await Promise.all(ids.map((id) => queue.waitForSettled(id, 20_000)));
  expect(records.every((record) => record?.status === "succeeded")).toBe(true);

  const running = new Map<string, number>();
  let most = 0;
  for (const [index, line] of (await notes()).entries()) {
    const [what, pid = ""] = line.split(" ");
    if (index === killedAt) running.delete(victimPid);
    running.set(pid, (running.get(pid) ?? 0) + (what === "begin" ? 1 : -1));
    most = Math.max(
      most,
      [...running.values()].reduce((sum, count) => sum + count, 0),
    );
  }
  expect(most).toBe(share);
});

test("the share of a worker that has gone ends with it: the lowest that a running one says counts", async () => {
  const [server, directory] = await Promise.all([startTestRedis(), mkdtemp(join(tmpdir(), "switchyard-share-"))]);
  await writeFile(join(directory, "note.mjs"), source);
  const start = async (concurrency: number) => {
    const config = join(directory, `${concurrency}.json`);
    await writeFile(
      config,
      JSON.stringify({ handlers: { note: { kind: "module", module: "./note.mjs", concurrency } } }),
    );
    return startApp("worker", { SWITCHYARD_CONFIG: config, SWITCHYARD_REDIS_URL: server.url });
  };
  const share = () => server.command("HGET", "{sy:tasks}:tasks:g:shares", "note");
  const old = await start(2);
  const next = await start(6);
  onTestFinished(async () => {
    await Promise.all([old.kill(), next.kill()]);
    await server.close();
    await rm(directory, { recursive: true });
  });
  expect(await share()).toBe("2");
  expect(await old.stop()).toBe(0);
  await eventually(async () => expect(await share()).toBe("6"));
});

import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { Queue } from "bullmq";
import { expect, onTestFinished, test } from "vitest";
import { recordPrelude } from "../redis/record-prelude.ts";
import { createTaskKeys } from "../redis/task-keys.ts";
import type { Outcome, RunAttempt } from "../task-worker.ts";
import { groupPlace } from "./groups/group-place.ts";
import { groupScripts } from "./groups/group-scripts.ts";
import { useTasks } from "./testing/task-fixture.ts";

const { queue, redis, url, queuePrefix, groupKeys, startWorker, settled } = useTasks();

const unknown: Outcome = { kind: "failed", code: "handler_unknown", message: "no such", final: true };
const isElsewhere = () => Promise.resolve(true);

/** A worker's handlers, and all it was handed, by data. */
function catalogOf(...handlers: readonly string[]) {
  const handed: string[] = [];
  const ran: string[] = [];
  const run: RunAttempt = async ({ task }) => {
    handed.push(String(task.data));
    if (!handlers.includes(task.handler)) return unknown;
    ran.push(String(task.data));
    return { kind: "succeeded", result: task.data };
  };
  return { run, handed, ran };
}

async function enqueueAll(requests: readonly { handler: string; group?: string; data: string }[]): Promise<string[]> {
  const replies = await queue().enqueueMany(requests);
  return replies.map((reply) => ("task" in reply ? reply.task.id : ""));
}

/** As the looks every 30 s. */
async function lookThroughIndex(times: number): Promise<void> {
  const keys = createTaskKeys("test");
  const place = groupPlace(redis(), keys, recordPrelude(keys, undefined));
  for (let count = 0; count < times; count += 1) {
    await redis().del(`${queuePrefix}g:checked`);
    await groupScripts.reconcileGroups.run(place, { cursor: "" });
  }
}

/** For how long a worker's line on which it waits for tasks has said nothing, as Redis sees it, to within a second; -1: it does not wait. */
async function idleSeconds(): Promise<number> {
  const clients = String(await redis().client("LIST"));
  const waits = clients.split("\n").find((line) => line.includes(" cmd=bzpopmin "));
  return Number(/ idle=(\d+) /.exec(waits ?? "")?.[1] ?? -1);
}

const settingsOf = (wait: string) =>
  checkSettings({ tasks: { lock_duration: "3s", backoff: "10ms", handler_wait: wait } }).tasks;

test("what waits for a worker that has its handler is told, by handler, in a group or without one", async () => {
  const old = catalogOf("known");
  await startWorker(old.run, { concurrency: 2, isElsewhere: () => Promise.resolve(false) });
  await enqueueAll([
    ...["a", "b", "c"].map((data) => ({ handler: "ghost", group: "ghosts", data })),
    { handler: "ghost", data: "d" },
  ]);
  await eventually(async () => expect((await queue().backlog()).lacking).toEqual([{ handler: "ghost", waiting: 4 }]));
  expect((await queue().backlog()).runnable).toBe(0);
  // A share with room is not what it waits for.
  await redis().hset(`${queuePrefix}g:shares`, { ghost: "5" });
  const ghost = { handler: "ghost", limit: 5, running: 0, waitingTasks: 0, waitingGroups: 0 };
  await eventually(async () => expect((await queue().backlog()).shares).toEqual([ghost]));
});

test("a task of a handler that its worker lacks is run by one that has it, as its first attempt, in its group's order", async () => {
  const old = catalogOf("known");
  const latest = catalogOf("known", "added");
  await startWorker(old.run, { concurrency: 2, isElsewhere });
  const names = Array.from({ length: 30 }, (_, index) => `${index}`);
  const ids = await enqueueAll(
    names.map((data, index) => ({ handler: index % 3 === 1 ? "known" : "added", group: `g${index % 2}`, data })),
  );
  await eventually(() => expect(old.handed.length).toBeGreaterThan(0));
  await startWorker(latest.run, { concurrency: 2, isElsewhere });
  const records = await Promise.all(ids.map((id) => settled(id)));
  expect(records.map(({ status, attempt }) => [status, attempt])).toEqual(names.map(() => ["succeeded", 1]));
  const finished = records.toSorted((a, b) => (a.finishedAtMs ?? 0) - (b.finishedAtMs ?? 0));
  for (const group of ["g0", "g1"]) {
    const ofGroup = finished.filter((record) => record.group === group).map(({ result }) => Number(result));
    expect(ofGroup).toEqual(ofGroup.toSorted((a, b) => a - b));
  }
});

test("a worker is handed no more of a handler it lacks than it has slots, holds up nothing else, and none of it counts as work", async () => {
  const old = catalogOf("known");
  await startWorker(old.run, { concurrency: 3, isElsewhere });
  await enqueueAll(Array.from({ length: 200 }, () => ({ handler: "added", data: "added" })));
  await enqueueAll(Array.from({ length: 60 }, (_, index) => ({ handler: "added", data: "added", group: `g${index}` })));
  const others = await enqueueAll([
    { handler: "known", data: "ungrouped" },
    { handler: "known", data: "grouped", group: "h" },
  ]);
  for (const id of others) expect(await settled(id)).toMatchObject({ status: "succeeded" });
  await eventually(async () => expect((await queue().backlog()).runnable).toBe(0));
  expect(old.handed.filter((data) => data === "added").length).toBeLessThanOrEqual(3);
  expect(await queue().groups.get("")).toMatchObject({ waiting: 200, active: 0 });
  // It asks for tasks as seldom as any idle worker.
  await eventually(async () => expect(await idleSeconds()).toBeGreaterThanOrEqual(2));
});

test("an idle worker that has the handler is woken by one that was woken for it and lacks it", async () => {
  await startWorker(catalogOf("known").run, { isElsewhere });
  await startWorker(catalogOf("added").run, { isElsewhere });
  const beganMs = performance.now();
  for (let count = 0; count < 3; count += 1) {
    const [id = ""] = await enqueueAll([{ handler: "added", data: "" }]);
    await settled(id);
  }
  // By itself it looks every 5 s.
  expect(performance.now() - beganMs).toBeLessThan(9_000);
});

test("what no worker has waits for as long as it may and then fails, all of it, and leaves nothing", async () => {
  const old = catalogOf("known");
  await startWorker(old.run, { concurrency: 3, settings: settingsOf("60s") });
  const ids = await enqueueAll(
    Array.from({ length: 300 }, (_, index) => ({
      handler: "gone",
      data: "gone",
      ...(index % 2 && { group: `${index}` }),
    })),
  );
  await eventually(async () => expect((await queue().backlog()).runnable).toBe(0));
  const [first = ""] = ids;
  await eventually(async () => expect(await queue().groups.why(first)).toEqual({ state: "ready", group: "" }));
  await lookThroughIndex(1);
  expect(await queue().find(first)).toMatchObject({ status: "queued" });
  await lookThroughIndex(1);
  for (const id of ids)
    expect(await settled(id)).toMatchObject({ status: "failed", error: { code: "handler_unknown" }, attempt: 1 });
  await lookThroughIndex(3);
  await eventually(async () => expect((await groupKeys()).filter((key) => !key.includes(":g:d:"))).toEqual([]));
});

test("a worker that comes with the handler runs what waits for it, and one that has it elsewhere keeps it from failing", async () => {
  const old = catalogOf("known");
  await startWorker(old.run, { settings: settingsOf("30s"), isElsewhere });
  const [id = ""] = await enqueueAll([{ handler: "added", data: "a" }]);
  await eventually(async () => expect(await redis().zcard(`${queuePrefix}g:aside:added`)).toBe(1));
  for (let count = 0; count < 3; count += 1) {
    await lookThroughIndex(1);
    // Its worker is asked again, and gives it back again.
    await eventually(async () => expect(await redis().zcard(`${queuePrefix}g:aside:added`)).toBe(1));
  }
  expect(await queue().find(id)).toMatchObject({ status: "queued" });
  await startWorker(catalogOf("added").run);
  expect(await settled(id)).toMatchObject({ status: "succeeded", attempt: 1 });
});

test("tasks that wait for a worker with their handler are cancelled as any, and with a wait of nothing they fail at once", async () => {
  const patient = await startWorker(catalogOf().run, { isElsewhere });
  const [id = "", other = ""] = await enqueueAll([
    { handler: "added", data: "a" },
    { handler: "added", data: "b" },
    { handler: "added", data: "c", group: "g" },
  ]);
  await eventually(async () => expect((await queue().backlog()).runnable).toBe(0));
  expect(await queue().cancel(id)).toMatchObject({ verdict: "cancelled" });
  await patient.drain(1_000);
  await enqueueAll([{ handler: "known", data: "d" }]);
  expect(await queue().groups.why(other)).toEqual({ state: "ready", group: "" });
  expect(await queue().groups.drain("")).toBe(2);
  expect(await queue().groups.drain("g")).toBe(1);

  await startWorker(catalogOf().run, { settings: settingsOf("0s") });
  const [failing = ""] = await enqueueAll([{ handler: "gone", data: "" }]);
  expect(await settled(failing)).toMatchObject({ status: "failed", error: { code: "handler_unknown" } });
});

test("a task whose data names another handler than its job, and one nobody has, fails at once and is not handed out again and again", async () => {
  const catalog = catalogOf("known");
  await startWorker(catalog.run, { concurrency: 2 });
  const stock = new Queue("tasks", { connection: { url: url() }, prefix: "{test:tasks}" });
  onTestFinished(() => stock.close());
  const { id = "" } = await stock.add("known", { handler: "kown", data: "slip", group: "g" }, { jobId: "slip" });
  await eventually(async () =>
    expect(await settled(id)).toMatchObject({ status: "failed", error: { code: "handler_unknown" } }),
  );
  expect(catalog.handed).toEqual(["slip"]);
});

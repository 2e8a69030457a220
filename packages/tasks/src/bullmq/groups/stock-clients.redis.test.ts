import { createLogger } from "@switchyard/runtime/logger";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { type ConnectionOptions, FlowProducer, Queue, Worker } from "bullmq";
import { afterEach, expect, test, vi } from "vitest";
import type { RunAttempt } from "../../task-worker.ts";
import { createTaskKeys } from "../../redis/task-keys.ts";
import { openDashboardQueue } from "../dashboard-queue.ts";
import { watchStrangers } from "../stranger-watch.ts";
import { createTaskPolicy } from "../../task-policy.ts";
import { taskOfJob } from "../job-mapping.ts";
import { createGate, useTasks } from "../testing/task-fixture.ts";

const { queue, redis, url, startWorker, settled, groupKeys, queuePrefix } = useTasks();

const stock = () => ({ connection: { url: url() } as ConnectionOptions, prefix: "{test:tasks}" });
const open: { close(): Promise<void> }[] = [];
const stockQueue = () => {
  const own = new Queue("tasks", stock());
  open.push(own);
  return own;
};
const dashboard = async () => {
  const own = await openDashboardQueue({ url: url(), prefix: "test" });
  open.push(own);
  return own.queue;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((own) => own.close()));
});

const enqueue = async (name: string, options: object = {}) =>
  (await queue().enqueue({ handler: "test", data: name, group: "g", ...options })).task.id;
const record: string[] = [];
const note: RunAttempt = ({ task }) => {
  record.push(String(task.data));
  return Promise.resolve({ kind: "succeeded", result: null });
};
afterEach(() => void record.splice(0));

test("a stock producer's tasks keep the order of their group with ours, the group in options or in data", async () => {
  const producer = stockQueue();
  await enqueue("1");
  await producer.add("test", { data: "2" }, { group: { id: "g" } } as object);
  await enqueue("3");
  await producer.add("test", { data: "4", group: "g" });
  await producer.addBulk([5, 6].map((data) => ({ name: "test", data: { data, group: "g" } })));
  const last = await enqueue("7");
  await startWorker(note);
  await settled(last);
  expect(record).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
});

test.each([{}, { lifo: true }, { priority: 1 }])(
  "the parent of a flow, added with %j, waits for its own group's turn, though its last child has just ended",
  async (opts) => {
    const gate = createGate();
    await startWorker(gate.run, { concurrency: 2 });
    const holder = await enqueue("holder");
    await eventually(() => expect(gate.running()).toEqual(["holder"]));
    const flows = new FlowProducer(stock());
    open.push(flows);
    const { job: parent } = await flows.add({
      name: "test",
      queueName: "tasks",
      data: { data: "parent", group: "g" },
      opts,
      children: [{ name: "test", queueName: "tasks", data: { data: "child", group: "h" } }],
    });
    const next = await enqueue("next", { group: "h" });
    await gate.releaseAll(["child", "next"]);
    await settled(next);
    await settled(await enqueue("later", { group: "i" }).then(async (id) => (await gate.release("later"), id)));
    expect(gate.started).toEqual(["holder", "child", "next", "later"]);
    await gate.release("holder");
    await settled(holder);
    await gate.release("parent");
    expect(await settled(String(parent.id))).toMatchObject({ status: "succeeded", group: "g" });
  },
);

test("whatever stands where a group is looked for, our scripts and our types call the group the same", async () => {
  const producer = stockQueue();
  const values: unknown[] = [7, 1.5, "a:b", "组", "x".repeat(129), "tab\t", null, true, { id: "no" }, ["no"], "", -3];
  const jobs = await producer.addBulk(values.map((group) => ({ name: "test", data: { data: 1, group } })));
  const groups: string[] = [];
  await startWorker(({ task }) => {
    groups.push(`${task.id}:${task.group}`);
    return Promise.resolve({ kind: "succeeded", result: null });
  });
  await eventually(() => expect(groups).toHaveLength(values.length));
  const policy = createTaskPolicy(checkSettings({}).tasks, {});
  expect(new Set(groups)).toEqual(new Set(jobs.map((job) => `${job.id}:${taskOfJob(job, policy).task.group}`)));
});

test("a stock worker on the queue by mistake loses and duplicates nothing", async () => {
  const taken: string[] = [];
  const stockWorker = new Worker("tasks", async (job) => void taken.push(String(job.id)), stock());
  open.push(stockWorker);
  const groups = Array.from({ length: 10 }, (_, index) => `g${index}`);
  await startWorker(({ task }) => {
    taken.push(task.id);
    return Promise.resolve({ kind: "succeeded", result: null });
  });
  const replies = await queue().enqueueMany(
    Array.from({ length: 30 }, () => groups.map((group) => ({ handler: "test", group }))).flat(),
  );
  const ids = replies.map((reply) => (reply instanceof Error ? "" : reply.task.id));
  await eventually(() => expect(taken.length).toBeGreaterThanOrEqual(300), { timeoutMs: 10_000 });
  expect(taken.toSorted()).toEqual(ids.toSorted());
  // Places that a starting worker has given to the stranger's tasks are taken back by the next check.
  await redis().del(`${queuePrefix}g:checked`);
  await eventually(async () => expect(await groupKeys()).toEqual([]));
});

test("a stock worker on the queue is warned of by name and address, our own are not", async () => {
  await startWorker(note);
  const stockWorker = new Worker("tasks", async () => undefined, { ...stock(), name: "lost-in-a-migration" });
  open.push(stockWorker);
  await stockWorker.waitUntilReady();
  const logger = createLogger({ app: "test", level: "silent" });
  const warn = vi.spyOn(logger, "warn");
  const end = watchStrangers({ connection: redis(), keys: createTaskKeys("test"), logger });
  await eventually(() => expect(warn).toHaveBeenCalledTimes(1));
  end();
  expect(warn.mock.calls[0]?.[0]).toMatchObject({
    address: expect.stringContaining("127.0.0.1:"),
    name: expect.stringContaining("lost-in-a-migration"),
  });
});

test("a dashboard sees waiting tasks of groups, and what is removed there is cancelled and out of its group", async () => {
  const board = await dashboard();
  const [first, second] = [await enqueue("a"), await enqueue("b")];
  expect(await board.getJobCounts("prioritized")).toEqual({ prioritized: 2 });
  const jobs = await board.getJobs(["prioritized"], 0, 9, true);
  expect(jobs.map(({ id }) => id)).toEqual([first, second]);
  await jobs[0]?.remove();
  expect(await queue().find(first)).toMatchObject({
    status: "cancelled",
    error: { message: "removed from the queue" },
  });
  await startWorker(note);
  await settled(second);
  expect(record).toEqual(["b"]);
});

test("what is retried in a dashboard runs again at the end of its group, one by one or all at once", async () => {
  const board = await dashboard();
  let isBroken = true;
  const started: string[] = [];
  await startWorker(({ task }) => {
    if (isBroken) return Promise.reject(new Error("no"));
    started.push(String(task.data));
    return Promise.resolve({ kind: "succeeded", result: null });
  });
  const ids = await Promise.all(["a", "b", "c"].map((name) => enqueue(name, { attempts: 1 })));
  await Promise.all(ids.map(settled));
  isBroken = false;
  await queue().groups.pause("g");
  await enqueue("d");
  await (await board.getJob(ids[1] ?? ""))?.retry("failed");
  expect((await queue().find(ids[1] ?? ""))?.status).toBe("queued");
  await board.retryJobs({ state: "failed" });
  await queue().groups.resume("g");
  await eventually(() => expect(started).toEqual(["d", "b", "a", "c"]));
  for (const id of ids) expect((await settled(id)).status).toBe("succeeded");
  expect((await queue().groups.get("g")).deadLetters).toBe(0);
});

test("what is promoted in a dashboard enters its group and does not overtake it", async () => {
  const board = await dashboard();
  const gate = createGate();
  await startWorker(gate.run);
  const late = await enqueue("late", { delayMs: 60_000 });
  await enqueue("a");
  await enqueue("b");
  await eventually(() => expect(gate.running()).toEqual(["a"]));
  await (await board.getJob(late))?.promote();
  expect(await queue().groups.get("g")).toMatchObject({ waiting: 2, active: 1 });
  await gate.releaseAll(["a", "b", "late"]);
  expect(gate.started).toEqual(["a", "b", "late"]);
});

test("a priority changed in a dashboard changes the place in the group", async () => {
  const board = await dashboard();
  const [, second] = [
    await enqueue("a", { priority: 5 }),
    await enqueue("b", { priority: 5 }),
    await enqueue("c", { priority: 5 }),
  ];
  await (await board.getJob(second))?.changePriority({ priority: 1 });
  await (await board.getJob(await enqueue("d", { priority: 5 })))?.changePriority({ priority: 9 });
  await startWorker(note);
  await eventually(() => expect(record).toEqual(["b", "a", "c", "d"]));
});

test("a queue paused, limited or emptied as a whole keeps the promises of its groups", async () => {
  const board = await dashboard();
  await board.pause();
  await startWorker(note);
  const ids = await Promise.all(["a", "b", "c"].map((name) => enqueue(name)));
  await eventually(async () => expect(await queue().groups.get("g")).toMatchObject({ waiting: 3, active: 0 }));
  await board.drain();
  for (const id of ids) expect((await queue().find(id))?.status).toBe("cancelled");
  expect(await groupKeys()).toEqual([]);
  await board.setGlobalConcurrency(1);
  await Promise.all(["d", "e"].map((name) => enqueue(name)));
  await board.resume();
  await eventually(() => expect(record).toEqual(["d", "e"]));
  await board.pause();
  await enqueue("f");
  await board.obliterate();
  // Each look for lost tasks that is due notes that it was here.
  const left = await redis().keys(`${queuePrefix}g:*`);
  expect(left.filter((key) => key !== `${queuePrefix}g:checked`)).toEqual([]);
});

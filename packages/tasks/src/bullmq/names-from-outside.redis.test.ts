import { reservedTaskIds, isTaskId } from "@switchyard/protocol/task-id";
import { eventually } from "@switchyard/testkit/eventually";
import { QueueKeys, type Queue } from "bullmq";
import { afterEach, expect, test } from "vitest";
import { foreignGroupName, parseGroupName } from "../group-name.ts";
import { recordPrelude } from "../redis/record-prelude.ts";
import { createTaskKeys } from "../redis/task-keys.ts";
import * as handlersOfTasks from "../task.ts";
import { TaskRejection } from "../task-rejection.ts";
import { openDashboardQueue } from "./dashboard-queue.ts";
import { groupPlace } from "./groups/group-place.ts";
import { createGate, useTasks } from "./testing/task-fixture.ts";

const { queue, redis, url, startWorker, settled, queuePrefix } = useTasks();

/** What stands beside the jobs once groups are set and paused, a task has failed, runs and waits, and a schedule is there. */
const besideJobs = [
  ...reservedTaskIds,
  "",
  "g:settings",
  "g:pauses",
  "g:fails",
  "g:seq",
  "g:q:g",
  "g:d:g",
  "repeat:nightly",
  "de:x",
];
const boards: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(boards.splice(0).map((board) => board.close()));
});
async function openBoard(): Promise<Queue> {
  const board = await openDashboardQueue({ url: url(), prefix: "test" });
  boards.push(board);
  return board.queue;
}

/** Every key and what is in it, for comparing; less what tells of time. */
async function contents(): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const key of await redis().keys("*")) {
    if (!key.endsWith(":stalled-check")) found[key] = (await redis().dumpBuffer(key))?.toString("base64");
  }
  return found;
}

async function fillQueue(): Promise<void> {
  await queue().groups.configure("g", { onFailure: { pauseAfter: 5 } });
  const worker = await startWorker(() =>
    Promise.resolve({ kind: "failed", code: "handler_failed", message: "no", final: true }),
  );
  await settled((await queue().enqueue({ handler: "test", group: "g" })).task.id);
  // Nothing but what a test does changes anything from here on.
  await worker.close();
  await queue().groups.pause("g");
  await queue().enqueue({ handler: "test", group: "g" });
  await queue().enqueue({ handler: "test", group: "g", delayMs: 100_000 });
}

test("no name beside the jobs is taken for a task's: nothing is told of it, and nothing in Redis changes", async () => {
  await fillQueue();
  const board = await openBoard();
  await board.upsertJobScheduler("nightly", { every: 100_000 }, { name: "test" });
  const before = await contents();
  const rejected = { field: "id", code: "field_invalid" };
  for (const name of besideJobs) {
    await expect(queue().cancel(name)).rejects.toMatchObject(rejected);
    await expect(queue().retry(name)).rejects.toMatchObject(rejected);
    await expect(queue().find(name)).rejects.toMatchObject(rejected);
    await expect(queue().waitForSettled(name, 1)).rejects.toMatchObject(rejected);
    await expect(queue().groups.why(name)).rejects.toMatchObject(rejected);
    expect(await board.getJob(name)).toBeUndefined();
  }
  expect(await contents()).toEqual(before);
});

test("a dashboard that asks past our doors is refused by the scripts themselves", async () => {
  await fillQueue();
  const board = await openBoard();
  const before = await contents();
  const backend = board.getBackend();
  for (const name of besideJobs) {
    await expect(backend.remove(name, false)).rejects.toThrow(/for job/);
    await expect(backend.changePriority(name, 7)).rejects.toThrow(/for job/);
    await expect(backend.promote(name)).rejects.toThrow(/not in the delayed state/);
  }
  expect(await contents()).toEqual(before);
});

test.each([
  "4711",
  "5b0f6e1c-7f0e-4a5e-9a0e-0d2b1c3d4e5f",
  "order 7/b",
  "заказ-№7",
  "t_",
  "repeat:nightly:1764000000000",
])("a producer of its own may call its task %s, which can be explained, cancelled and found", async (id) => {
  const job = { name: "test", data: '{"group":"g"}', opts: "{}", timestamp: Date.now(), delay: 0, priority: 0 };
  await redis().hset(`${queuePrefix}${id}`, job);
  await redis().lpush(`${queuePrefix}wait`, id);
  expect(await queue().groups.why(id)).toMatchObject({ group: "g" });
  const gate = createGate();
  await startWorker(async (attempt) => gate.run({ ...attempt, task: { ...attempt.task, data: id } }));
  await gate.release(id);
  expect(await settled(id)).toMatchObject({ id, status: "succeeded", group: "g" });
  expect(await queue().cancel(id)).toMatchObject({ verdict: "settled" });
});

test("every name BullMQ has of its own is one no task can have", () => {
  const names = Object.keys(new QueueKeys().getKeys("tasks")).filter((name) => name !== "");
  expect(names.filter(isTaskId)).toEqual([]);
  expect(new Set(names)).toEqual(new Set(reservedTaskIds));
});

function preludeOf(): string {
  const keys = createTaskKeys("test");
  return groupPlace(redis(), keys, recordPrelude(keys, undefined)).prelude;
}

test("scripts and types agree on what can be an id, and on what a group is called", async () => {
  const script = `${preludeOf()}\nreturn { tasks.isTaskId(ARGV[1]) and 1 or 0, tasks.groupName(ARGV[1]) }`;
  const alphabet = [
    "a",
    "7",
    ":",
    "repeat:",
    "meta",
    "-",
    "*",
    ".",
    " ",
    "é",
    "组",
    "😀",
    "\u0000",
    "\u007f",
    "\u0085",
    "x".repeat(60),
  ];
  const texts = [
    ...besideJobs,
    "a".repeat(255),
    "a".repeat(256),
    "repeat:a:1",
    "repeat::1",
    "repeat:a:1:2",
    "callback:",
    "callback:a.example",
    "webhook:",
    "webhook:3:0",
    "webhooks",
  ];
  for (let index = 0; index < 2_000; index++) {
    const length = Math.floor(Math.random() * 5);
    texts.push(Array.from({ length }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join(""));
  }
  for (const text of texts) {
    const [isId, group] = (await redis().eval(script, 0, text)) as [number, string];
    expect([text, isId === 1, group]).toEqual([text, isTaskId(text), foreignGroupName(text)]);
  }
  // What is no UTF-8 reaches scripts only.
  for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf5, 0x80, 0x80, 0x80], [0x80]]) {
    const [isId, group] = (await redis().eval(script, 0, Buffer.from(bytes))) as [number, string];
    expect([isId, group.slice(0, 5)]).toEqual([0, "sha1-"]);
  }
});

test("a task of the hub's own stays in its lane however often it comes back", async () => {
  const script = `${preludeOf()}\nreturn tasks.keptGroup(ARGV[1], ARGV[2])`;
  const kept = (group: string, handler: string) => redis().eval(script, 0, group, handler);
  expect(await kept("callback:a.example", "hub.callback")).toBe("callback:a.example");
  // What our own door lets into such a lane and what scripts keep there is the same, handler by handler of the hub's own.
  const named: unknown[] = Object.values(handlersOfTasks).flat();
  const own = named.filter((one): one is string => typeof one === "string" && one.startsWith("hub."));
  expect(own.length).toBeGreaterThan(5);
  const group = "webhook:3:0";
  for (const handler of [...own, "test"]) {
    const isLetIn = await queue()
      .enqueue({ handler, group })
      .then(
        () => true,
        () => false,
      );
    expect([handler, (await kept(group, handler)) === group]).toEqual([handler, isLetIn]);
  }
  for (const group of ["callback:a.example", "webhook:3:0"]) expect(await kept(group, "test")).toMatch(/^sha1-/);
});

const lanes = ["callback:shop.example", "webhook:3:0"];

test.each(
  lanes.flatMap((name): [string, string, object][] => [
    [name, "in its data", { data: JSON.stringify({ group: name }) }],
    [name, "in its options", { opts: JSON.stringify({ group: { id: name } }) }],
    [name, "where the queue keeps it", { gid: name, gsq: "-9007199254740000" }],
  ]),
)("a task of a producer of its own that names the hub's lane %s %s gets another", async (name, _where, fields) => {
  await startWorker(async () => ({ kind: "succeeded", result: null }));
  const job = { name: "test", data: "{}", opts: "{}", timestamp: Date.now(), delay: 0, priority: 0, ...fields };
  await redis().hset(`${queuePrefix}stranger`, job);
  await redis().lpush(`${queuePrefix}wait`, "stranger");
  await eventually(async () => expect((await queue().find("stranger"))?.status).toBe("succeeded"));
  const lane = foreignGroupName(name);
  expect(lane).toMatch(/^sha1-/);
  expect(await queue().find("stranger")).toMatchObject({ group: lane });
});

test.each(lanes)("nor does one that names the hub's own handler get the lane %s by asking for it", async (name) => {
  await startWorker(async () => ({ kind: "succeeded", result: null }));
  const handler = name.startsWith("callback:") ? "hub.callback" : "hub.webhook";
  const job = { name: handler, data: "{}", opts: JSON.stringify({ group: { id: name } }), timestamp: Date.now() };
  await redis().hset(`${queuePrefix}stranger`, { ...job, delay: 0, priority: 0 });
  await redis().lpush(`${queuePrefix}wait`, "stranger");
  await eventually(async () => expect((await queue().find("stranger"))?.status).toBe("succeeded"));
  expect(await queue().find("stranger")).toMatchObject({ group: foreignGroupName(name) });
});

test.each(["-", "*", ".", "..", "x".repeat(129), "a\u0000", "\ud800"])(
  "a group cannot be called %j, by which a path would mean something else or nothing",
  async (name) => {
    await expect(queue().enqueue({ handler: "test", group: name })).rejects.toMatchObject({ field: "group" });
    await expect(queue().groups.cancelAll(name)).rejects.toThrow(TaskRejection);
    await expect(queue().groups.pause(name)).rejects.toThrow(TaskRejection);
    expect(() => parseGroupName(foreignGroupName(name))).not.toThrow();
    expect(await redis().exists(`${queuePrefix}g:settings`, `${queuePrefix}prioritized`)).toBe(0);
  },
);

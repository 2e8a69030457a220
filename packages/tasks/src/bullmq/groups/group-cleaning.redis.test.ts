import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DashboardQueue, openDashboardQueue } from "../dashboard-queue.ts";
import { createGate, useTasks } from "../testing/task-fixture.ts";

/** What the dashboard's "clean" does to a state of the queue, and what becomes of groups and records. */

const { queue, redis, url, startWorker, settled, groupKeys, queuePrefix } = useTasks();
let board: DashboardQueue;
beforeEach(async () => {
  board = await openDashboardQueue({ url: url(), prefix: "test" });
});
afterEach(() => board.close());

/** This worker does not look for lost tasks before they are cleaned. */
const slowToNotice = checkSettings({ tasks: { lock_duration: "20s" } }).tasks;
const removed = { code: "cancelled", message: "removed from the queue" };
const enqueue = async (data: string, options: object = {}) =>
  (await queue().enqueue({ handler: "test", group: "g", data, ...options })).task.id;
const group = () => queue().groups.get("g");
/** All there is, as the dashboard asks for it. */
const clean = (state: "prioritized" | "delayed" | "active" | "failed") =>
  board.queue.clean(0, Number.MAX_SAFE_INTEGER, state);

test("waiting tasks that are cleaned are cancelled, and what runs goes on", async () => {
  const gate = createGate();
  await startWorker(gate.run);
  const holder = await enqueue("holder");
  await eventually(() => expect(gate.running()).toEqual(["holder"]));
  const ids = [await enqueue("1"), await enqueue("2")];
  expect((await clean("prioritized")).toSorted()).toEqual(ids.toSorted());
  for (const id of ids) expect(await settled(id)).toMatchObject({ status: "cancelled", error: removed });
  expect(await group()).toMatchObject({ waiting: 0, active: 1 });
  await gate.release("holder");
  expect((await settled(holder)).status).toBe("succeeded");
  const after = await enqueue("after");
  await gate.release("after");
  await settled(after);
  expect(gate.started).toEqual(["holder", "after"]);
  await eventually(async () => expect(await groupKeys()).toEqual([]));
});

test("a task between two attempts that is cleaned gives its place to the next of its group", async () => {
  const started: unknown[] = [];
  await startWorker(({ task }) => {
    started.push(task.data);
    if (task.data !== "fails") return Promise.resolve({ kind: "succeeded", result: null });
    return Promise.resolve({ kind: "failed", code: "handler_failed", message: "no", final: false });
  });
  const backoff = { kind: "fixed", delayMs: 3_600_000 } as const;
  const held = await enqueue("fails", { attempts: 2, backoff });
  await eventually(async () => expect(await group()).toMatchObject({ held: 1 }));
  const next = await enqueue("next");
  const delayed = await enqueue("delayed", { delayMs: 3_600_000 });
  expect((await clean("delayed")).toSorted()).toEqual([held, delayed].toSorted());
  for (const id of [held, delayed]) expect(await settled(id)).toMatchObject({ status: "cancelled", error: removed });
  expect((await settled(next)).status).toBe("succeeded");
  expect(started).toEqual(["fails", "next"]);
  await eventually(async () => expect(await groupKeys()).toEqual([]));
});

test("cleaning what runs leaves alone what a worker holds, and cancels what a lost one had", async () => {
  const gate = createGate();
  await startWorker(gate.run, { settings: slowToNotice });
  const lost = await enqueue("lost");
  const running = await enqueue("running", { group: "h" });
  await eventually(() => expect(gate.running().toSorted()).toEqual(["lost", "running"]));
  const next = await enqueue("next");
  await redis().del(`${queuePrefix}${lost}:lock`);
  expect(await clean("active")).toEqual([lost]);
  expect(await settled(lost)).toMatchObject({ status: "cancelled", error: removed });
  await gate.release("next");
  expect((await settled(next)).status).toBe("succeeded");
  await gate.releaseAll(["lost", "running"]);
  expect((await settled(running)).status).toBe("succeeded");
  expect((await settled(lost)).status).toBe("cancelled");
});

test("failed tasks that are cleaned are no dead letters any more", async () => {
  await startWorker(() => Promise.resolve({ kind: "failed", code: "handler_failed", message: "no", final: true }));
  const ids = [await enqueue("1"), await enqueue("2")];
  for (const id of ids) expect((await settled(id)).status).toBe("failed");
  expect((await queue().groups.deadLetters("g", {})).items).toHaveLength(2);
  expect((await clean("failed")).toSorted()).toEqual(ids.toSorted());
  // Counted first: listing them drops those whose tasks are gone.
  expect(await group()).toMatchObject({ deadLetters: 0 });
  expect(await redis().exists(`${queuePrefix}g:dead`)).toBe(0);
  expect((await queue().groups.deadLetters("g", {})).items).toEqual([]);
});

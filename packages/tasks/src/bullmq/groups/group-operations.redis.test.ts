import { eventually } from "@switchyard/testkit/eventually";
import { expect, test } from "vitest";
import type { GroupState } from "../../group.ts";
import { createGate, useTasks } from "../testing/task-fixture.ts";

const { queue, redis, startWorker, settled, groupKeys, queuePrefix } = useTasks();

const enqueue = async (name: string, options: object = {}) =>
  (await queue().enqueue({ handler: "test", data: name, group: "g", ...options })).task.id;
const status = async (taskId: string) => (await queue().find(taskId))?.status;
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

test("a paused group starts nothing, also one that did not exist yet, and goes on when it is resumed", async () => {
  const gate = createGate();
  await startWorker(gate.run);
  const { pausedAtMs } = await queue().groups.pause("g", { reason: "a deploy", by: "ann" });
  const first = await enqueue("a");
  const second = await enqueue("b");
  await enqueue("elsewhere", { group: "h" });
  await gate.release("elsewhere");
  expect(gate.started).toEqual(["elsewhere"]);
  expect(await queue().groups.why(second)).toEqual({
    state: "paused",
    group: "g",
    ahead: 1,
    paused: "group",
    reason: "a deploy",
  });
  expect(Date.now() - Number(pausedAtMs)).toBeLessThan(60_000);
  const state = { status: "paused", reason: "a deploy", pausedAtMs, pausedBy: "ann", waiting: 2 };
  expect(await queue().groups.get("g")).toMatchObject(state);
  // Another note does not make it stand still for less long.
  const noted = await queue().groups.pause("g", { reason: "still" });
  expect(noted).toMatchObject({ reason: "still", pausedAtMs, pausedBy: null });
  expect(await queue().groups.resume("g")).toMatchObject({ pausedAtMs: null, pausedBy: null });
  await gate.releaseAll(["a", "b"]);
  await Promise.all([first, second].map(settled));
});

test("draining cancels what waits and lets run what runs", async () => {
  const gate = createGate();
  await startWorker(gate.run);
  const running = await enqueue("a");
  await eventually(() => expect(gate.running()).toEqual(["a"]));
  const waiting = await Promise.all(names("w", 450).map((name) => enqueue(name)));
  expect(await queue().groups.drain("g")).toBe(450);
  expect(new Set(await Promise.all(waiting.map(status)))).toEqual(new Set(["cancelled"]));
  await gate.release("a");
  expect((await settled(running)).status).toBe("succeeded");
  await eventually(async () => expect(await groupKeys()).toEqual([]));
});

test("cancelling a group ends what waits, what is held for another attempt, and what runs", async () => {
  await queue().groups.configure("g", { concurrency: 2 });
  const gate = createGate();
  await startWorker((attempt) => (attempt.task.data === "fails" ? Promise.reject(new Error("no")) : gate.run(attempt)));
  const held = await enqueue("fails", { backoff: { kind: "fixed", delayMs: 60_000 } });
  const running = await enqueue("runs");
  const waiting = await enqueue("waits");
  await eventually(async () => {
    expect(await queue().groups.get("g")).toMatchObject({ active: 1, held: 1, waiting: 1, status: "maxed" });
  });
  expect(await queue().groups.cancelAll("g", "not needed any more")).toBe(3);
  for (const id of [held, running, waiting]) {
    expect(await settled(id)).toMatchObject({
      status: "cancelled",
      error: { code: "cancelled", message: "not needed any more" },
    });
  }
  await eventually(async () => expect(await groupKeys()).toEqual([]));
});

test("a running task is cancelled from another process: record at once, signal aborted, its place free for the next", async () => {
  const gate = createGate();
  const aborted: string[] = [];
  await startWorker(async (attempt) => {
    attempt.signal.addEventListener("abort", () => aborted.push(String(attempt.task.data)));
    return gate.run(attempt);
  });
  const id = await enqueue("a");
  const next = await enqueue("b");
  await eventually(() => expect(gate.running()).toEqual(["a"]));
  expect(await queue().cancel(id, "no longer wanted")).toMatchObject({
    verdict: "cancelled",
    record: { status: "cancelled", error: { message: "no longer wanted" } },
  });
  await gate.release("b");
  expect(aborted).toEqual(["a"]);
  expect((await settled(next)).status).toBe("succeeded");
  // What the attempt returned after its end changed nothing.
  expect(await queue().find(id)).toMatchObject({ status: "cancelled", result: null });
  expect(await queue().groups.get("g")).toMatchObject({ deadLetters: 0 });
});

test("cancelling says so for what is settled and for what nobody knows", async () => {
  await startWorker(() => Promise.resolve({ kind: "succeeded", result: 1 }));
  const id = await enqueue("a");
  await settled(id);
  expect(await queue().cancel(id)).toMatchObject({ verdict: "settled", record: { status: "succeeded" } });
  expect(await queue().cancel("t_unknown")).toEqual({ verdict: "unknown" });
});

test("a task that failed for good is a dead letter with its reason, and retried it is the last of its group", async () => {
  const started: string[] = [];
  let isBroken = true;
  await startWorker(({ task, number }) => {
    started.push(`${String(task.data)}${number}`);
    return isBroken && task.data === "a"
      ? Promise.reject(new Error("no disk"))
      : Promise.resolve({ kind: "succeeded", result: 1 });
  });
  const id = await enqueue("a", { attempts: 2, backoff: { kind: "fixed", delayMs: 0 } });
  await settled(id);
  const { items } = await queue().groups.deadLetters("g", {});
  expect(items).toEqual([{ id, handler: "test", reason: "no disk", attempts: 2, failedAtMs: expect.any(Number) }]);
  isBroken = false;
  await queue().groups.pause("g");
  await enqueue("b");
  expect(await queue().retry(id)).toMatchObject({
    verdict: "queued",
    record: { status: "queued", attempt: 0, error: null },
  });
  await queue().groups.resume("g");
  expect(await settled(id)).toMatchObject({ status: "succeeded", attempt: 1 });
  expect(started).toEqual(["a1", "a2", "b1", "a1"]);
  expect((await queue().groups.deadLetters("g", {})).items).toEqual([]);
  expect(await queue().retry(id)).toMatchObject({ verdict: "not_failed" });
  expect(await queue().retry("t_unknown")).toEqual({ verdict: "unknown" });
});

test("a whole group is redriven, the oldest first, and dead letters are listed in pages", async () => {
  let isBroken = true;
  const started: string[] = [];
  await startWorker(({ task }) => {
    if (isBroken) return Promise.reject(new Error("no"));
    started.push(String(task.data));
    return Promise.resolve({ kind: "succeeded", result: 1 });
  });
  const ids = await Promise.all(names("t", 25).map((name) => enqueue(name, { attempts: 1 })));
  await Promise.all(ids.map(settled));
  const pages: string[] = [];
  let cursor: string | undefined;
  while (cursor !== "") {
    const page = await queue().groups.deadLetters("g", { limit: 10, ...(cursor !== undefined && { cursor }) });
    pages.push(...page.items.map(({ id }) => id));
    cursor = page.cursor;
  }
  expect(pages).toEqual(ids.toReversed());
  isBroken = false;
  expect(await queue().groups.redrive("g")).toBe(25);
  await eventually(() => expect(started).toEqual(names("t", 25)));
});

test("every state of a task is explained", async () => {
  const why = (id: string) => queue().groups.why(id);
  const gate = createGate();
  await startWorker((attempt) => (attempt.task.data === "fails" ? Promise.reject(new Error("no")) : gate.run(attempt)));
  const delayed = await enqueue("later", { delayMs: 60_000 });
  const held = await enqueue("fails", { group: "h", backoff: { kind: "fixed", delayMs: 60_000 } });
  const behindHeld = await enqueue("x", { group: "h" });
  const running = await enqueue("runs");
  const [next, last] = [await enqueue("next"), await enqueue("last")];
  await eventually(async () => expect((await why(behindHeld)).state).toBe("held"));
  await eventually(async () => expect(await why(running)).toMatchObject({ state: "running", group: "g" }));
  expect(await why(behindHeld)).toMatchObject({ by: held, ahead: 0, untilMs: expect.any(Number) });
  expect(await why(held)).toMatchObject({ state: "delayed", group: "h" });
  expect(await why(delayed)).toMatchObject({ state: "delayed", group: "g" });
  expect(await why(next)).toEqual({ state: "maxed", group: "g", ahead: 0, by: [running] });
  expect(await why(last)).toMatchObject({ state: "maxed", ahead: 1 });
  expect(await why("t_unknown")).toEqual({ state: "unknown" });
  await gate.release("runs");
  await settled(running);
  expect(await why(running)).toEqual({ state: "settled", group: "g", status: "succeeded" });
});

test("without a free worker the first of a group is ready and the others are behind it", async () => {
  const [first, second] = [await enqueue("a"), await enqueue("b")];
  expect(await queue().groups.why(first)).toEqual({ state: "ready", group: "g" });
  expect(await queue().groups.why(second)).toEqual({ state: "behind", group: "g", ahead: 1 });
});

/** Of all pages. */
async function listAll(status?: GroupState["status"]): Promise<readonly string[]> {
  const seen: string[] = [];
  for (let cursor = ""; ;) {
    const page = await queue().groups.list({ limit: 30, cursor, status });
    seen.push(...page.items.map(({ id }) => id));
    if (page.cursor === "") return seen.toSorted();
    cursor = page.cursor;
  }
}

test("every group with something in it, or in its dead letters, is listed over the pages, once, and those of one status alone", async () => {
  const failing = await startWorker(() =>
    Promise.resolve({ kind: "failed", code: "handler_failed", message: "no", final: true }),
  );
  // Known already by its settings, by what waits in it, and by nothing else.
  for (const group of ["set", "waits3", "failed"]) await settled(await enqueue(`dead-${group}`, { group }));
  await settled((await queue().enqueue({ handler: "test" })).task.id);
  await failing.close();
  const gate = createGate();
  await Promise.all(names("waits", 120).map((group) => enqueue(group, { group })));
  await queue().groups.pause("paused");
  await queue().groups.configure("set", { concurrency: 3 });
  await queue().groups.configure("waits9", { rate: { max: 1, perMs: 600_000 }, concurrency: 2 });
  await enqueue("waits9-too", { group: "waits9" });
  await queue().groups.pause("waits7");
  await startWorker(gate.run, { concurrency: 5 });
  await eventually(() => expect(gate.running()).toHaveLength(5));
  const all = [...names("waits", 120), "paused", "set", "failed", ""].toSorted();
  expect(await listAll()).toEqual(all);
  const states = await Promise.all(all.map((group) => queue().groups.get(group)));
  for (const status of ["ready", "maxed", "paused", "idle", "limited", "throttled"] as const)
    expect([status, await listAll(status)]).toEqual([
      status,
      states.filter((state) => state.status === status).map(({ id }) => id),
    ]);
  await redis().hset(`${queuePrefix}meta`, { paused: "1" });
  expect([await listAll("paused"), await listAll("ready")]).toEqual([all, []]);
  await expect(queue().groups.list({ cursor: "nonsense" })).rejects.toThrow("cursor");
});

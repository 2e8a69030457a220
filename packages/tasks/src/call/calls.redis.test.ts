import { eventually } from "@switchyard/testkit/eventually";
import { expect, test } from "vitest";
import type { Attempt, RunAttempt } from "../task-worker.ts";
import { rpcOf, useCalls } from "./testing/use-calls.ts";

const calls = useCalls();

const echo: RunAttempt = async ({ task }) => ({ kind: "succeeded", result: { echo: task.data } });
/** Runs until it is told to stop, and says what it saw. */
function endless() {
  const attempts: Attempt[] = [];
  const run: RunAttempt = (attempt) => {
    attempts.push(attempt);
    return new Promise((_resolve, reject) => {
      attempt.signal.addEventListener("abort", () => reject(new Error("stopped")));
    });
  };
  return { attempts, run };
}
const keysOfCalls = () => calls.redis().keys("*:call:*");

test("a handler that is called by name answers, and nothing is left of the call", async () => {
  await calls.startWorker(echo);
  const caller = await calls.openCaller();
  expect(await caller.call(rpcOf({ a: 1 }))).toEqual({ kind: "result", dataJson: '{"echo":{"a":1}}' });
  expect([caller.pending, await calls.redis().keys("*")]).toEqual([0, []]);
});

test("a thousand calls at once are each given their own answer", async () => {
  await calls.startWorker(echo);
  await calls.startWorker(echo);
  const caller = await calls.openCaller();
  const numbers = Array.from({ length: 1_000 }, (_, index) => index);
  const replies = await Promise.all(numbers.map((number) => caller.call(rpcOf(number))));
  expect(replies).toEqual(numbers.map((number) => ({ kind: "result", dataJson: `{"echo":${number}}` })));
});

test("of workers that are not alike each call goes to one that has its handler, and no handler waits for another", async () => {
  const started: string[] = [];
  const only =
    (...names: string[]): RunAttempt =>
    async ({ task: { handler } }) => {
      started.push(handler);
      return names.includes(handler)
        ? { kind: "succeeded", result: handler }
        : { kind: "failed", code: "handler_unknown", message: "no handler is called so", final: true };
    };
  const caller = await calls.openCaller();
  const asked = ["a", "b", "c"].flatMap((handler) => Array.from({ length: 30 }, () => handler));
  const replies = Promise.all(asked.map((handler) => caller.call(rpcOf(1, { handler }))));
  await eventually(async () => expect(await keysOfCalls()).toHaveLength(90));
  await calls.startWorker(only("a", "b"), { handlers: new Set(["a", "b"]), concurrency: 2 });
  await calls.startWorker(only("c"), { handlers: new Set(["c"]), concurrency: 2 });
  await calls.startWorker(only(), { handlers: new Set() });
  expect(await replies).toEqual(asked.map((handler) => ({ kind: "result", dataJson: `"${handler}"` })));
  const ofFirst = started.filter((handler) => handler !== "c").slice(0, 12);
  expect(new Set(ofFirst)).toEqual(new Set(["a", "b"]));
});

test("the handler is given the data digit by digit on one line, who asks, and what is asked again", async () => {
  const seen: Attempt[] = [];
  await calls.startWorker(async (attempt) => {
    seen.push(attempt);
    return { kind: "succeeded", result: null };
  });
  const caller = await calls.openCaller();
  const asks = { client: "c1", user: "ann", method: "shop:buy" };
  const dataJson = '{"id":12345678901234567890,\n "price":1.0}';
  await caller.call(rpcOf(null, { dataJson, caller: asks, idempotencyKey: "k1" }));
  expect(seen).toMatchObject([
    {
      dataJson: '{"id":12345678901234567890,  "price":1.0}',
      caller: asks,
      idempotencyKey: "k1",
      number: 1,
      task: { user: "ann", handler: "test", attempts: 1 },
    },
  ]);
});

test("a handler's own error is told as it says it, and an answer that only looks like one is an answer", async () => {
  await calls.startWorker(async ({ task }) => ({ kind: "succeeded", result: task.data }));
  const caller = await calls.openCaller();
  const error = { code: 409, message: "sold out", temporary: true };
  expect(await caller.call(rpcOf({ error }))).toEqual({ kind: "error", ...error });
  expect(await caller.call(rpcOf({ error: { code: 409, message: "no" } }))).toMatchObject({ temporary: false });
  for (const answer of [{ error, more: 1 }, { error: "text" }, { error: { code: 1.5, message: "" } }, { error: null }])
    expect(await caller.call(rpcOf(answer))).toEqual({ kind: "result", dataJson: JSON.stringify(answer) });
});

test("a handler that throws, or answers what is no JSON, has failed, and is not run again", async () => {
  let runs = 0;
  await calls.startWorker(async ({ task }) => {
    runs++;
    if (task.data === "throw") throw new Error("out of stock");
    return { kind: "succeeded", result: () => undefined };
  });
  const caller = await calls.openCaller();
  expect(await caller.call(rpcOf("throw"))).toEqual({ kind: "failed", reason: "out of stock" });
  expect(await caller.call(rpcOf("function"))).toMatchObject({ kind: "failed" });
  expect(runs).toBe(2);
});

test("at its deadline a call is over, whether it waits or runs, and the handler is told to stop", async () => {
  const { attempts, run } = endless();
  await calls.startWorker(run, { concurrency: 1 });
  const caller = await calls.openCaller();
  const soon = () => ({ deadlineMs: performance.now() + 300 });
  const replies = await Promise.all([caller.call(rpcOf(1, soon())), caller.call(rpcOf(2, soon()))]);
  expect(replies).toEqual([{ kind: "deadline" }, { kind: "deadline" }]);
  await eventually(() => expect(attempts.map(({ signal }) => signal.aborted)).toContain(true));
  expect(await caller.call(rpcOf(3, { deadlineMs: performance.now() }))).toEqual({ kind: "deadline" });
});

test("a call that waited until its deadline is dropped by the worker that finds it", async () => {
  const caller = await calls.openCaller();
  const late = await caller.call(rpcOf("late", { deadlineMs: performance.now() + 50 }));
  const ran: unknown[] = [];
  await calls.startWorker(async ({ task }) => {
    ran.push(task.data);
    return { kind: "succeeded", result: null };
  });
  expect([late.kind, (await caller.call(rpcOf("in time"))).kind, ran]).toEqual(["deadline", "result", ["in time"]]);
});

test("a handler no living worker has is told at once, and so is a lane that is full", async () => {
  const caller = await calls.openCaller({ offers: async (handler) => handler === "test", waitingMax: 2 });
  expect(await caller.call(rpcOf(1, { handler: "unknown" }))).toEqual({ kind: "no_worker" });
  const other = await calls.openCaller();
  const waiting = [1, 2].map((number) => other.call(rpcOf(number)));
  await eventually(async () => expect(await keysOfCalls()).toHaveLength(2));
  expect(await caller.call(rpcOf(3))).toEqual({ kind: "overloaded" });
  expect((await caller.call(rpcOf(4, { source: "connect", deadlineMs: performance.now() + 50 }))).kind).toBe(
    "deadline",
  );
  await calls.startWorker(echo);
  expect((await Promise.all(waiting)).map(({ kind }) => kind)).toEqual(["result", "result"]);
});

test("calls whose deadline has passed do not keep a full lane shut", async () => {
  const caller = await calls.openCaller({ waitingMax: 2 });
  const past = () => caller.call(rpcOf("past", { deadlineMs: performance.now() + 60 }));
  await Promise.all([past(), past()]);
  // Redis reckons its milliseconds by itself.
  await eventually(async () => expect(await keysOfCalls()).toEqual([]));
  const reply = caller.call(rpcOf("next"));
  await calls.startWorker(echo);
  expect((await reply).kind).toBe("result");
});

test("an answer above 64 KiB is kept as the result of a task, and one above a mebibyte is not", async () => {
  await calls.startWorker(async ({ task }) => ({ kind: "succeeded", result: "x".repeat(Number(task.data)) }));
  const caller = await calls.openCaller();
  expect((await caller.call(rpcOf(65_534))).kind).toBe("result");
  const reply = await caller.call(rpcOf(65_535, { caller: { client: "c1", user: "ann" } }));
  expect(reply).toEqual({ kind: "too_large", taskId: expect.stringMatching(/^t_.{21}$/) as string });
  const { taskId } = reply as { readonly taskId: string };
  const [record = ""] = (await calls.redis().get(`{test:tasks}:record:${taskId}`))?.split("\n") ?? [];
  expect(JSON.parse(record)).toMatchObject({
    id: taskId,
    handler: "test",
    user: "ann",
    status: "succeeded",
    percent: 100,
  });
  expect((JSON.parse(record) as { readonly result: string }).result).toHaveLength(65_535);
  expect(await caller.call(rpcOf(1_048_576))).toEqual({ kind: "too_large" });
});

test("who goes away leaves no waiting call behind, and a running one goes on unless it says otherwise", async () => {
  const { attempts, run } = endless();
  const worker = await calls.startWorker(run, { concurrency: 2 });
  const caller = await calls.openCaller();
  const gone = new AbortController();
  const asked = [
    caller.call(rpcOf("goes on"), gone.signal),
    caller.call(rpcOf("stops", { stopsWithAsker: true }), gone.signal),
  ];
  await eventually(() => expect(attempts).toHaveLength(2));
  asked.push(caller.call(rpcOf("waits"), gone.signal));
  await eventually(async () => expect(await keysOfCalls()).toHaveLength(1));
  gone.abort();
  expect(await Promise.all(asked)).toEqual([1, 2, 3].map(() => ({ kind: "cancelled" })));
  await eventually(async () => expect(await keysOfCalls()).toEqual([]));
  const named = (name: string) => attempts.find(({ task }) => task.data === name)?.signal.aborted;
  await eventually(() => expect(named("stops")).toBe(true));
  expect([named("goes on"), attempts.length]).toEqual([false, 2]);
  await worker.drain(0);
});

test("rpcs that take every slot delay no decision", async () => {
  const { attempts, run } = endless();
  await calls.startWorker((attempt) => (attempt.task.data === "decide" ? echo(attempt) : run(attempt)), {
    concurrency: 2,
  });
  const caller = await calls.openCaller();
  const slow = [1, 2, 3, 4].map((number) => caller.call(rpcOf(number, { deadlineMs: performance.now() + 1_500 })));
  await eventually(() => expect(attempts).toHaveLength(2));
  expect((await caller.call(rpcOf("decide", { source: "connect" }))).kind).toBe("result");
  expect((await Promise.all(slow)).map(({ kind }) => kind)).toEqual(Array(4).fill("deadline"));
});

test("a worker that stops answers what it runs, tells what it cannot finish, and leaves the rest to others", async () => {
  const finish = Promise.withResolvers<void>();
  const { attempts, run } = endless();
  const worker = await calls.startWorker(
    async (attempt) => {
      if (attempt.task.data === "endless") return run(attempt);
      attempts.push(attempt);
      await finish.promise;
      return echo(attempt);
    },
    { concurrency: 2 },
  );
  const caller = await calls.openCaller();
  const replies = ["endless", "short", "waits"].map((name) => caller.call(rpcOf(name)));
  await eventually(() => expect(attempts).toHaveLength(2));
  const drained = worker.drain(200);
  finish.resolve();
  await calls.startWorker(echo);
  expect(await Promise.all(replies)).toEqual([
    { kind: "failed", reason: "the worker stops" },
    { kind: "result", dataJson: '{"echo":"short"}' },
    { kind: "result", dataJson: '{"echo":"waits"}' },
  ]);
  await drained;
});

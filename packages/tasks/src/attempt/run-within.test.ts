import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ungrouped } from "../group-name.ts";
import { parseTaskId } from "../ids-from-outside.ts";
import type { Attempt, RunAttempt } from "../task-worker.ts";
import { runWithin } from "./run-within.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const attempt: Omit<Attempt, "signal"> = {
  task: {
    id: parseTaskId("t_1"),
    handler: "test",
    data: null,
    group: ungrouped,
    user: "",
    attempts: 1,
    backoff: { delayMs: 0, kind: "fixed" },
    timeoutMs: 1_000,
  },
  dataJson: "null",
  number: 1,
  token: "1",
  progress: () => undefined,
  log: () => undefined,
};
const bounds = { timeoutMs: 1_000, graceMs: 200, interrupted: new AbortController().signal };
const never: RunAttempt = () => new Promise(() => undefined);
/** Does what a well-behaved handler does: ends when it is told to. */
const obedient: RunAttempt = ({ signal }) =>
  new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
const late: RunAttempt = ({ signal }) =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve({ kind: "succeeded", result: "late" })));

test("a run that throws is a failed attempt with the error's text", async () => {
  const ending = await runWithin(() => Promise.reject(new Error("no disk")), attempt, bounds);
  expect(ending).toEqual({ kind: "failed", code: "handler_failed", message: "no disk", final: false });
});

test("a handler that ends on the signal is failed at the timeout, without the grace", async () => {
  const ending = runWithin(obedient, attempt, bounds);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await ending).toMatchObject({ kind: "failed", code: "timeout", message: expect.stringContaining("1000 ms") });
});

test("what a handler that ran out of time has to say of it is kept for the log", async () => {
  const detail = { stderr: ["waiting for the lock"] };
  const run: RunAttempt = ({ signal }) =>
    new Promise((resolve) => {
      signal.addEventListener("abort", () =>
        resolve({ kind: "failed", code: "handler_failed", message: "was ended by SIGTERM", final: false, detail }),
      );
    });
  const ending = runWithin(run, attempt, bounds);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await ending).toMatchObject({ code: "timeout", detail });
});

test("a handler that ignores the signal is failed after timeout and grace", async () => {
  const settled = vi.fn<(ending: unknown) => void>();
  const ending = runWithin(never, attempt, bounds).then(settled);
  await vi.advanceTimersByTimeAsync(1_199);
  expect(settled).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await ending;
  expect(settled.mock.calls[0]?.[0]).toMatchObject({ code: "timeout" });
});

test("a result that comes after the timeout does not count", async () => {
  const ending = runWithin(late, attempt, bounds);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await ending).toMatchObject({ code: "timeout" });
});

test("an interrupted handler is not failed, whether it obeys or not", async () => {
  for (const run of [obedient, never]) {
    const interrupt = new AbortController();
    const ending = runWithin(run, attempt, { ...bounds, interrupted: interrupt.signal });
    interrupt.abort();
    await vi.advanceTimersByTimeAsync(200);
    expect(await ending).toEqual({ kind: "interrupted" });
  }
});

test("a result within the grace of an interruption counts", async () => {
  const interrupt = new AbortController();
  const ending = runWithin(late, attempt, { ...bounds, interrupted: interrupt.signal });
  interrupt.abort();
  expect(await ending).toEqual({ kind: "succeeded", result: "late" });
});

test("a timeout of a hundred days does not end an attempt at once", async () => {
  const ending = runWithin(never, attempt, { ...bounds, timeoutMs: 100 * 86_400_000 });
  const isOver = vi.fn<() => void>();
  void ending.then(isOver);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(isOver).not.toHaveBeenCalled();
});

test("an attempt that was interrupted before it began is waited for no longer than the grace", async () => {
  const ending = runWithin(never, attempt, { ...bounds, interrupted: AbortSignal.abort(new Error("stopping")) });
  await vi.advanceTimersByTimeAsync(bounds.graceMs);
  expect(await ending).toEqual({ kind: "interrupted" });
});

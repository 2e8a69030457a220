import fc from "fast-check";
import { expect, test } from "vitest";
import { nextState, type AttemptContext } from "./next-state.ts";
import type { Ending } from "./run-within.ts";

const context: AttemptContext = {
  attempt: 1,
  attempts: 3,
  backoff: { delayMs: 1_000, kind: "exponential" },
  resultMaxBytes: 1_024,
  random: 0,
};
const failed: Ending = { kind: "failed", code: "handler_failed", message: "no", final: false };

const anyContext = fc.integer({ min: 1, max: 100 }).chain((attempts) =>
  fc.record({
    attempt: fc.integer({ min: 1, max: attempts }),
    attempts: fc.constant(attempts),
    backoff: fc.record({
      delayMs: fc.integer({ min: 0, max: 86_400_000 }),
      kind: fc.constantFrom("fixed" as const, "exponential" as const),
    }),
    resultMaxBytes: fc.constant(1_024),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  }),
);

test("a failed attempt is repeated exactly while attempts are left", () => {
  fc.assert(
    fc.property(anyContext, fc.boolean(), (any, final) => {
      const { status } = nextState({ ...failed, final }, any);
      expect(status).toBe(!final && any.attempt < any.attempts ? "retrying" : "failed");
    }),
  );
});

test("every wait is a whole number, never above a day, and never above an hour that the producer did not ask for", () => {
  fc.assert(
    fc.property(anyContext, (any) => {
      const next = nextState(failed, any);
      if (next.status !== "retrying") return;
      expect(Number.isInteger(next.delayMs)).toBe(true);
      expect(next.delayMs).toBeGreaterThanOrEqual(0);
      expect(next.delayMs).toBeLessThanOrEqual(Math.max(3_600_000, any.backoff.delayMs));
    }),
  );
});

test("exponential waits double and chance shortens them by less than a quarter", () => {
  const delays = [1, 2, 3].map((attempt) => nextState(failed, { ...context, attempts: 9, attempt }));
  expect(delays.map((next) => (next.status === "retrying" ? next.delayMs : 0))).toEqual([1_000, 2_000, 4_000]);
  expect(nextState(failed, { ...context, random: 0.9999 })).toMatchObject({ delayMs: 750 });
});

test("another attempt waits for as long as was asked for, an hour at most, and never less than it would have", () => {
  const asked = (retryAfterMs: number) => nextState({ ...failed, retryAfterMs }, context);
  expect(asked(90_000)).toMatchObject({ delayMs: 90_000 });
  expect(asked(0)).toMatchObject({ delayMs: 1_000 });
  expect(asked(999_999_999)).toMatchObject({ delayMs: 3_600_000 });
});

test("an interrupted attempt does not count, not even the last one", () => {
  expect(nextState({ kind: "interrupted" }, { ...context, attempt: 3 })).toEqual({ status: "queued" });
});

test("nothing returned is null", () => {
  expect(nextState({ kind: "succeeded", result: undefined }, context)).toEqual({ status: "succeeded", result: "null" });
});

test("a result over the bound in bytes fails the task for good and names the setting", () => {
  const next = nextState({ kind: "succeeded", result: "語".repeat(342) }, context);
  expect(next).toMatchObject({ status: "failed", error: { code: "result_too_large" } });
  expect(JSON.stringify(next)).toContain("tasks.result_max_bytes");
});

test.each([
  ["a circular object", Object.assign([], { 0: undefined })],
  ["a big integer", 10n],
  ["a function", () => undefined],
])("%s as result fails the task for good with a reason", (name, value) => {
  const result = name === "a circular object" ? selfContaining() : value;
  expect(nextState({ kind: "succeeded", result }, context)).toMatchObject({
    status: "failed",
    error: { code: "result_unserialisable", message: expect.stringContaining("JSON") },
  });
});

function selfContaining(): unknown {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

test("an endless error text is cut", () => {
  const next = nextState({ ...failed, message: "x".repeat(1_000_000) }, { ...context, attempts: 1 });
  expect(next).toMatchObject({ status: "failed", error: { message: "x".repeat(2_000) } });
});

test("an error's text is cut between two characters", () => {
  const ending: Ending = { kind: "failed", code: "handler_failed", message: `${"a".repeat(1_999)}🚉`, final: true };
  expect(nextState(ending, context)).toMatchObject({ status: "failed", error: { message: "a".repeat(1_999) } });
});

test.each([
  ["half an emoji", { file: "a\ud83d" }],
  ["half an emoji in a key", { "a\udc00": 1 }],
])("a result with %s fails the task for good and says so, as most readers could not read it", (_what, result) => {
  expect(nextState({ kind: "succeeded", result }, context)).toEqual({
    status: "failed",
    error: { code: "result_unserialisable", message: expect.stringMatching(/^the result holds half a surrogate pair/) },
  });
});

test("a result is kept whose texts are Unicode, be they emoji or look like an escape", () => {
  const next = nextState({ kind: "succeeded", result: { whole: "🚉", text: "\\ud83d", nul: "\0" } }, context);
  expect(next).toEqual({ status: "succeeded", result: '{"whole":"🚉","text":"\\\\ud83d","nul":"\\u0000"}' });
});

test("a result nested deeper than decoders go fails the task for good", () => {
  let result: unknown = 1;
  for (let depth = 0; depth < 513; depth++) result = [result];
  expect(nextState({ kind: "succeeded", result }, { ...context, resultMaxBytes: 10_000 })).toMatchObject({
    error: { code: "result_unserialisable", message: expect.stringContaining("512 levels") },
  });
});

test("a fixed wait is the same after every attempt, whatever chance says", () => {
  const backoff = { kind: "fixed" as const, delayMs: 700 };
  for (const attempt of [1, 2, 9]) {
    expect(nextState(failed, { ...context, attempt, attempts: 10, backoff, random: 0.9 })).toMatchObject({
      delayMs: 700,
    });
  }
});

import type { Logger } from "@switchyard/runtime/logger";
import { expect, test } from "vitest";
import { type AttemptEnd, logAttempt } from "./log-attempt.ts";

const error = { code: "timeout", message: "took longer than 7 ms" } as const;
const stderr = ["waiting for the lock"];

function linesOf(end: AttemptEnd) {
  const lines: unknown[] = [];
  const at = (level: string) => (fields: object, text: string) => void lines.push({ level, text, ...fields });
  logAttempt(end, { warn: at("warn"), debug: at("debug") } as unknown as Logger);
  return lines;
}

test.each<[string, AttemptEnd, object]>([
  ["was the last one", { next: { status: "failed", error } }, {}],
  ["is repeated", { next: { status: "retrying", error, delayMs: 40 } }, { retryInMs: 40 }],
  [
    "says more for the log",
    {
      ending: { kind: "failed", code: "timeout", message: "…", final: false, detail: { stderr } },
      next: { status: "failed", error },
    },
    { stderr },
  ],
])("a failed attempt that %s is one warning with its code and reason", (_what, end, more) => {
  expect(linesOf(end)).toEqual([
    { level: "warn", text: "attempt failed", code: "timeout", reason: "took longer than 7 ms", ...more },
  ]);
});

test("an attempt that was cancelled or interrupted is no failure, and success says nothing", () => {
  for (const status of ["cancelled", "queued"] as const) {
    expect(linesOf({ next: { status } })).toEqual([{ level: "debug", text: "attempt was aborted", status }]);
  }
  expect(linesOf({ next: { status: "succeeded", result: "1" } })).toEqual([]);
});

test("a delivery that is refused again and again is a warning at first and one at its end", () => {
  const retrying = { status: "retrying", error, delayMs: 40 } as const;
  const ends: AttemptEnd[] = [
    { next: retrying },
    { next: retrying, isRepetition: true },
    { next: { status: "failed", error }, isRepetition: true },
  ];
  expect(ends.flatMap(linesOf)).toMatchObject([{ level: "warn" }, { level: "debug" }, { level: "warn" }]);
});

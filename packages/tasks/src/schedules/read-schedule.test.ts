import { expect, test } from "vitest";
import type { ScheduleSpec } from "../schedule-spec.ts";
import { readPast } from "./read-schedule.ts";

const atMs = 1_800_000_000_000;
const timing = { kind: "at", atMs } as unknown as ScheduleSpec["timing"];
const specOf = (other: ScheduleSpec["timing"]) => ({ timing: other }) as ScheduleSpec;
const past = `${atMs} 1 ${JSON.stringify(timing)}`;

test("what a forgotten schedule has fired is known of one with the same time, and of no other", () => {
  expect(readPast(past, specOf(timing))).toEqual({ lastTickMs: atMs, fired: 1 });
  expect(readPast(past, specOf({ ...timing, atMs: atMs + 1 } as ScheduleSpec["timing"]))).toBeUndefined();
});

test.each([null, "", "never 1 {}", `${atMs}`])("%j is nothing that is known", (text) => {
  expect(readPast(text, specOf(timing))).toBeUndefined();
});

import { checkSettings } from "@switchyard/runtime/load-settings";
import { expect, test } from "vitest";
import { createTaskPolicy } from "../task-policy.ts";
import { cronInWords } from "./cron-text.ts";
import { parseSchedule } from "./parse-schedule.ts";
import type { ScheduleRequest } from "../schedule.ts";

const { tasks, handlers } = checkSettings({});
const policy = createTaskPolicy(tasks, handlers);
const now = Date.UTC(2026, 10, 28);
const task = { handler: "test" };
const parse = (request: ScheduleRequest) => parseSchedule(request, policy, now);

test("what a request leaves out is completed: a task is worth a day, a message five minutes", () => {
  const common = { overlap: "skip", missed: "run_once", jitterMs: 0, maxRuns: 0, pauseAfter: 0 };
  expect(parse({ cron: "0 9 * * 1-5", timeZone: "Asia/Shanghai", task })).toEqual({
    timing: { kind: "cron", cron: "0 9 * * 1-5", timeZone: "Asia/Shanghai", startAtMs: 0, endAtMs: 0 },
    task,
    missedWindowMs: 86_400_000,
    ...common,
  });
  expect(parse({ everyMs: 5_000, publish: { channel: "news", data: 1 } })).toMatchObject({
    timing: { kind: "every", everyMs: 5_000, offsetMs: 0 },
    missedWindowMs: 300_000,
  });
});

test.each([
  [{ at: "2027-01-01T09:00:00+08:00" }, "2027-01-01T01:00:00.000Z"],
  [{ at: "2027-01-01T09:00", timeZone: "Asia/Shanghai" }, "2027-01-01T01:00:00.000Z"],
  [{ at: Date.UTC(2027, 0, 1) }, "2027-01-01T00:00:00.000Z"],
  [{ atMs: Date.UTC(2027, 0, 1) }, "2027-01-01T00:00:00.000Z"],
  [{ at: "2027-10-31T02:30", timeZone: "Europe/Berlin" }, "2027-10-31T00:30:00.000Z"],
  [{ at: "2027-10-31T02:30", timeZone: "Europe/Berlin", fold: "second" }, "2027-10-31T01:30:00.000Z"],
] as const)("once at %j is %s", (times, iso) => {
  const { timing } = parse({ ...times, task });
  expect(timing.kind === "once" && new Date(timing.atMs).toISOString()).toBe(iso);
});

test.each<[object, string, string]>([
  [{ task }, "cron", "is missing: one of `cron`, `everyMs`, `at`, `atMs`"],
  [{ cron: "* * * * *", everyMs: 1_000, task }, "everyMs", "cannot be combined with `cron`"],
  [{ cron: "* * * * *" }, "task", "is missing: one of `task`, `publish`, `notify`"],
  [{ cron: "", task }, "cron", "must have five fields"],
  [{ cron: "* * * *", task }, "cron", "must have five fields"],
  [{ cron: "* * * * * * *", task }, "cron", "must have five fields"],
  [{ cron: "2027-01-01T00:00:00", task }, "cron", "must have five fields"],
  [{ cron: "61 * * * *", task }, "cron", "Invalid value for minute: 61"],
  [{ cron: "0 0 30 2 *", task }, "cron", "names a time that never comes"],
  [{ cron: `${"1,".repeat(200)}1 * * * *`, task }, "cron", "256 characters or fewer"],
  [{ cron: "* * * * *", timeZone: "Mars/Base", task }, "timeZone", "is not a time zone's name"],
  [{ cron: "* * * * *", timeZone: "+08:00", task }, "timeZone", "is not a time zone's name"],
  [{ everyMs: 999, task }, "everyMs", "from 1000 to 31536000000"],
  [{ everyMs: 1_000, offsetMs: 1_000, task }, "offsetMs", "from 0 to 999"],
  [{ everyMs: 86_400_000, timeZone: "Europe/Berlin", task }, "timeZone", "has no meaning with everyMs"],
  [{ at: "2027-01-01T09:00", task }, "timeZone", "does not say where on earth"],
  [{ at: "2027-02-30T09:00", timeZone: "UTC", task }, "at", "no date that exists"],
  [
    { at: "2027-03-28T02:30", timeZone: "Europe/Berlin", task },
    "at",
    "take 2027-03-28T01:30:00 or 2027-03-28T03:30:00",
  ],
  [{ at: 1_800_000_000, task }, "at", "looks like seconds"],
  [{ at: "2027-01-01T00:00:00Z", fold: "third", task }, "fold", "must be one of `first`, `second`"],
  [{ cron: "* * * * *", startAt: "2027-01-01", task }, "startAt", "ISO 8601"],
  [{ cron: "* * * * *", endAt: "2020-01-01T00:00:00Z", task }, "endAt", "is over before the first tick"],
  [
    { cron: "* * * * *", startAt: "2027-01-02T00:00:00Z", endAt: "2027-01-01T00:00:00Z", task },
    "endAt",
    "must be after startAt",
  ],
  [{ at: "2027-01-01T00:00:00Z", startAt: "2026-12-01T00:00:00Z", task }, "startAt", "no meaning with at"],
  [{ at: "2027-01-01T00:00:00Z", endAtMs: now + 1, task }, "endAtMs", "no meaning with at"],
  [{ at: "2027-01-01T00:00:00Z", missedWindowMs: 60_000, task }, "missedWindowMs", "runs however late it is"],
  [{ at: "2027-01-01T00:00:00Z", missed: "skip", task }, "missed", "runs however late it is"],
  [{ at: "2027-01-01T00:00:00Z", offsetMs: 5, task }, "offsetMs", "no meaning with at"],
  [{ at: "2027-01-01T00:00:00Z", fold: "first", task }, "fold", "says where it holds"],
  [{ at: "2027-01-01T00:00:00+08:00", timeZone: "Asia/Shanghai", task }, "timeZone", "says where it holds"],
  [{ atMs: now, timeZone: "Asia/Shanghai", task }, "timeZone", "says where it holds"],
  [{ cron: "* * * * *", fold: "first", task }, "fold", "no meaning with cron"],
  [{ cron: "* * * * *", offsetMs: 5, task }, "offsetMs", "no meaning with cron"],
  [{ everyMs: 60_000, fold: "first", task }, "fold", "no meaning with everyMs"],
  [{ everyMs: 60_000, jitterMs: 60_001, task }, "jitterMs", "must not be more than everyMs"],
  [{ cron: "0 0 1 1 *", startAt: "9999-06-01T00:00:00Z", task }, "startAt", "after the last time that it names"],
  [{ cron: "* * * * *", task, overlap: "both" }, "overlap", "must be one of `skip`"],
  [{ cron: "* * * * *", task, missed: "all" }, "missed", "must be one of `run_once`"],
  [{ cron: "* * * * *", task, jitterMs: 3_600_001 }, "jitterMs", "from 0 to 3600000"],
  [{ cron: "* * * * *", task: { handler: "no spaces" } }, "task.handler", "may contain letters"],
  [{ cron: "* * * * *", task: { handler: "test", group: "*" } }, "task.group", "must not be"],
  [{ cron: "* * * * *", task: { handler: "test", data: 7 } }, "task.data", "must be an object or absent"],
  [
    { cron: "* * * * *", task: { handler: "test", data: { schedule: 1 } } },
    "task.data.schedule",
    "choose another name",
  ],
  [{ cron: "* * * * *", task: { handler: "test", data: { long: "x".repeat(70_000) } } }, "task", "the bound is 65536"],
  [{ cron: "* * * * *", task: { handler: "test", data: { long: "語".repeat(30_000) } } }, "task", "the bound is 65536"],
])("%j is refused at %s: %s", (request, field, problem) => {
  expect(() => parse(request)).toThrow(
    expect.objectContaining({ field, publicMessage: expect.stringContaining(problem) }),
  );
});

test("a local time keeps the zone it was said in, and a pattern its fields and no other blanks", () => {
  expect(parse({ at: "2030-01-01T00:00", timeZone: "Asia/Shanghai", task }).timing).toMatchObject({
    atMs: Date.UTC(2029, 11, 31, 16),
    timeZone: "Asia/Shanghai",
  });
  expect(parse({ cron: " 0\t9\n* *  * ", task }).timing).toMatchObject({ cron: "0 9 * * *" });
});

test("a pattern is told in words of two languages, and as it is where there are none", () => {
  expect(cronInWords("0 9 * * 1-5", "en")).toBe("At 09:00, Monday through Friday");
  expect(cronInWords("0 9 * * 1-5", "zh")).toBe("在09:00，每星期一至星期五");
  expect(cronInWords("0 0 1 * +MON", "en")).toBe("0 0 1 * +MON");
});

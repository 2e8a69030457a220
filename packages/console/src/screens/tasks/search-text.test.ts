import { expect, test } from "vitest";
import { filterText } from "../../acts/bulk/filter-text.ts";
import { queryOf, readSearchText, withField } from "./search-text.ts";

const nowMs = 1_767_225_600_000;

test.each([
  ["", {}],
  ["t_irrK3QyEOpEivnJLCDJF7", { id: "t_irrK3QyEOpEivnJLCDJF7" }],
  ["status:failed handler:mail", { status: "failed", handler: "mail" }],
  ['group:"a b" user:张三', { group: "a b", user: "张三" }],
  ["group:- since:90m", { group: "-", since: String(nowMs - 5_400_000) }],
  ["since:2h until:90m", { since: String(nowMs - 7_200_000), until: String(nowMs - 5_400_000) }],
  ["since:2026-01-01T00:00:00Z", { since: String(nowMs) }],
  ["status:failed status:queued", { status: "queued" }],
  ['reason:"smtp timeout" group:g', { reason: "smtp timeout", group: "g" }],
  ["f47ac10b-58cc-4372-a567-0e02b2c3d479", { id: "f47ac10b-58cc-4372-a567-0e02b2c3d479" }],
  ["id:my-own", { id: "my-own" }],
  // The id is asked for alone.
  ["status:failed t_1", { id: "t_1" }],
])("%s asks for %j", (text, query) => {
  const found = readSearchText(text);
  expect(found.unknown).toEqual([]);
  expect(queryOf(found, nowMs)).toEqual(query);
});

test("what means nothing is told and asks for nothing", () => {
  expect(readSearchText("status:asleep colour:red since:soon handler:mail")).toEqual({
    handler: "mail",
    unknown: ["status:asleep", "colour:red", "since:soon"],
  });
});

test.each([
  ["smtp timeout", ["smtp", "timeout"]],
  ['reason:"smtp timeout', ['reason:"smtp', "timeout"]],
  ['"smtp timeout"', ['"smtp timeout"']],
])("%s is neither the id of a task nor a search, and is told", (text, unknown) => {
  expect(readSearchText(text)).toEqual({ unknown });
});

test("a field is changed and taken out, and the rest stays", () => {
  expect(withField('group:"a b" status:failed', "status", "queued")).toBe('status:queued group:"a b"');
  expect(withField("status:failed handler:mail", "status", undefined)).toBe("handler:mail");
  expect(withField("t_1", "status", "failed")).toBe("status:failed");
});

test.each([
  { user: "a b" },
  { user: 'a"b' },
  { group: 'say "hi" user:1', handler: "App\\Jobs\\Mail" },
  { reason: '"App\\Mail" is full \\' },
  { reason: "smtp timeout", status: "failed" as const },
])("a link to the tasks of %j finds these and no others", (filter) => {
  expect(queryOf(readSearchText(filterText(filter)), nowMs)).toEqual(filter);
});

test("a moment of a search stands as a date in the question about all that match", () => {
  expect(filterText(queryOf(readSearchText("handler:mail since:90m"), nowMs))).toBe(
    "handler:mail since:2025-12-31T22:30:00.000Z",
  );
});

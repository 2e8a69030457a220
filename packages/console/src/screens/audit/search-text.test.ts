import { expect, test } from "vitest";
import { auditQueryOf, readAuditSearch } from "./search-text.ts";

const nowMs = 1_767_225_600_000;

test.each([
  ["", {}],
  ["actor:ada act:pause outcome:failed via:page", { actor: "ada", act: "pause", outcome: "failed", via: "page" }],
  ["group:mail", { target: "group:mail" }],
  ['schedule:"at night" chain:broken', { target: "schedule:at night", chain: "broken" }],
  ["target:mail", { target: "mail" }],
  ["t_irrK3QyEOpEivnJLCDJF7", { target: "task:t_irrK3QyEOpEivnJLCDJF7" }],
  ["smtp is away actor:张三", { text: "smtp is away", actor: "张三" }],
  ['text:"smtp is away" since:1h', { text: "smtp is away", since: String(nowMs - 3_600_000) }],
  ["until:2026-01-01T00:00:00Z", { until: String(nowMs) }],
])("%s asks for %j", (text, query) => {
  const { asked, unknown } = readAuditSearch(text);
  expect(unknown).toEqual([]);
  expect(auditQueryOf(asked, nowMs)).toEqual(query);
});

test("what means nothing is told", () => {
  expect(readAuditSearch("outcome:perhaps colour:red since:soon actor:ada").unknown).toEqual([
    "outcome:perhaps",
    "colour:red",
    "since:soon",
  ]);
});

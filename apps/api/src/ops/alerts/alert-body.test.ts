import type { Need } from "@switchyard/console/answers";
import { needRules, type RuleCode } from "@switchyard/console/need-rules";
import { expect, test } from "vitest";
import type { RuleChange } from "./advance-rules.ts";
import { alertBody, alertTitle } from "./alert-body.ts";
import { plainText } from "./alert-text.ts";

const nowMs = Date.UTC(2026, 10, 29, 2, 14);
const common = { publicUrl: "https://hub.example/", nowMs, isLeft: false };

const dead = (group: string, reason = "card 4111 was declined"): Need => ({
  severity: "warning",
  code: "dead_letters",
  group,
  count: 37,
  examined: 37,
  kinds: [{ handler: "mail", reason, count: 37 }],
  newestId: "t_1",
  newestAtMs: nowMs,
});

function changeOf(needs: readonly Need[], change: RuleChange["change"] = "began"): RuleChange {
  const [first] = needs;
  return {
    rule: first?.code ?? "dead_letters",
    change,
    sinceMs: nowMs - 240_000,
    needs,
    title: first === undefined ? "37 tasks of “mail” failed for good" : alertTitle(first, "en"),
    subject: "mail",
    count: Math.max(1, needs.length),
  };
}

const receiver = (kind: "json" | "chat", language: "en" | "zh" = "en") => ({ kind, language });

test("an alert says what is wrong, what to do and where, for people and for programs", () => {
  const body = JSON.parse(alertBody(changeOf([dead("mail")]), { ...common, receiver: receiver("json") })) as object;
  const url = "https://hub.example/ops/console/groups/mail";
  const title = "37 tasks of “mail” failed for good";
  expect(body).toEqual({
    type: "alert.began",
    timestamp: "2026-11-29T02:14:00.000Z",
    text: `▲ Warning: ${title}\nMend the cause, then redrive them.\n${url}`,
    data: {
      rule: "dead_letters",
      state: "began",
      severity: "warning",
      title,
      since: "2026-11-29T02:10:00.000Z",
      todo: "Mend the cause, then redrive them.",
      url,
      about: [{ title, severity: "warning", subject: "mail", url }],
      more: 0,
    },
  });
});

test("a chat gets the text alone, in its language; of many it names ten", () => {
  const needs = Array.from({ length: 13 }, (_, index) => dead(`店 ${index}`));
  const change = changeOf(needs, "continues");
  const { text, ...rest } = JSON.parse(alertBody(change, { ...common, receiver: receiver("chat", "zh") })) as {
    text: string;
  };
  expect(rest).toEqual({});
  expect(text.split("\n")).toEqual([
    "▲ 警告 (已持续 4分钟): “店 0”有 37 个任务最终失败",
    ...Array.from({ length: 9 }, (_, index) => `· “店 ${index + 1}”有 37 个任务最终失败`),
    "· 以及另外 3 项",
    "请先排除失败原因，然后重新投递。",
    "https://hub.example/ops/console/groups/%E5%BA%97%200",
  ]);
});

test("an end says how long it was and what is so now, of one by name, and whether something of it is left that is not urgent", () => {
  const end = (change: Partial<RuleChange>, { isLeft = false, language = "en" as "en" | "zh" } = {}) => {
    const ended = { ...changeOf([], "ended"), rule: "group_paused" as const, ...change };
    const body = alertBody(ended, { ...common, isLeft, receiver: receiver("json", language) });
    return JSON.parse(body) as { text: string; data: { title: string; todo: string } };
  };
  const { text, data } = end({});
  expect(text).toBe("✓ Over after 4 min: Group “mail” is no longer paused\nhttps://hub.example/ops/console");
  expect(data).toMatchObject({ title: "Group “mail” is no longer paused", todo: "", state: "ended" });
  expect(end({ count: 2 }).data.title).toBe("No group is paused any more");
  expect(end({ count: 2 }, { language: "zh" }).text).toMatch(/^✓ 已结束，持续了 4分钟: 不再有暂停的分组\n/);
  expect(end({}, { isLeft: true }).text).toMatch(
    /^✓ Not urgent any more after 4 min: No task waits any more in a group that is paused\n/,
  );
  expect(end({ subject: "a\u202Eb" }).data.title).toContain(String.raw`“a\u202Eb”`);
});

test("no end of any rule says that what was wrong is so", () => {
  for (const rule of Object.keys(needRules) as RuleCode[])
    for (const language of ["en", "zh"] as const)
      for (const count of [1, 2]) {
        const change = { ...changeOf([], "ended"), rule, count, title: "TROUBLE" };
        const body = alertBody(change, { ...common, receiver: receiver("json", language) });
        expect(body).not.toContain("TROUBLE");
        expect(body).not.toContain(needRules[rule].todo[language]);
      }
});

test("what becomes of what a process did is told of the kinds that vanished, and of no other", () => {
  const lost = (...kinds: ("worker" | "gateway")[]) =>
    kinds.map((kind): Need => ({ severity: "warning", code: "process_lost", kind, name: "a:1", lastSeenAtMs: nowMs }));
  const todo = (needs: readonly Need[]) =>
    (JSON.parse(alertBody(changeOf(needs), { ...common, receiver: receiver("json") })) as { data: { todo: string } })
      .data.todo;
  expect(todo(lost("worker", "worker"))).toBe(
    "It was killed, hangs, or has lost its line to Redis. What it ran is run again by others.",
  );
  expect(todo(lost("worker", "gateway"))).toMatch(/ What it ran is run again by others\. Its clients come back/);
});

test("what handlers have said and what people have noted is not in it", () => {
  const needs: Need[] = [
    dead("mail", "CANARY"),
    {
      severity: "warning",
      code: "group_paused",
      group: "mail",
      reason: "CANARY",
      waiting: 1,
      pausedAtMs: 1,
      pausedBy: "CANARY",
    },
  ];
  for (const need of needs)
    for (const kind of ["json", "chat"] as const)
      expect(alertBody(changeOf([need]), { ...common, receiver: receiver(kind) })).not.toContain("CANARY");
});

test.each([
  ["<!channel> & <https://evil|look>", "＜!channel＞ ＆ ＜https:／／evil|look＞"],
  ["@all [here](http://evil)", "＠all ［here］(http:／／evil)"],
  // What cannot be seen of a name is told, as in the console.
  ["one\ntwo\u202Ethree\u0000", "one two three ", String.raw`one two\u202Ethree\u0000`],
  ["tenant_42 “mail” 店", "tenant_42 “mail” 店"],
])("a name calls nobody and links nowhere in a chat: %j", (name, shown, told = shown) => {
  expect(plainText(name)).toBe(shown);
  const body = alertBody(changeOf([dead(name)]), { ...common, receiver: receiver("json") });
  const { text, data } = JSON.parse(body) as { text: string; data: { about: { subject: string }[] } };
  expect(text.split("\n")[0]).toContain(told);
  // Programs are told the name as it is.
  expect(data.about[0]?.subject).toBe(name);
});

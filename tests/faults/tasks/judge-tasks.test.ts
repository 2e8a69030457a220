import type { TaskRecord } from "@switchyard/tasks/task";
import { expect, test } from "vitest";
import type { Effect } from "./effect-log.ts";
import { judgeTasks, type TaskStory } from "./judge-tasks.ts";

/** `s1:a` is task a's first execution starting, `d` what it does, `e` its end. */
function effectsOf(text: string): Effect[] {
  const kinds = { s: "start", d: "effect", e: "end" } as const;
  return text.split(" ").map((word, index) => {
    const [, kind = "s", token = "", task = ""] = /^([sde])(\d+):(.+)$/.exec(word) ?? [];
    return { kind: kinds[kind as "s"], atMs: index, task, group: "g", token, pid: 1, name: task };
  });
}
const record = (id: string, token = "1") =>
  ({ id, status: "succeeded", result: { token }, finishedAtMs: 1 }) as unknown as TaskRecord;
const story = (effects: string, changes: Partial<TaskStory> = {}): TaskStory => ({
  order: new Map([["g", ["a", "b"]]]),
  effects: effectsOf(effects),
  records: new Map([
    ["a", record("a")],
    ["b", record("b")],
  ]),
  ends: new Map([["a", [record("a")]]]),
  ...changes,
});
const clean = "s1:a d1:a e1:a s1:b d1:b e1:b";
const none = { lost: 0, doubleResults: 0, overlaps: 0, disorders: 0 };

test("a run nothing went wrong in is acquitted, and so is one that repeated a lost execution", () => {
  expect(judgeTasks(story(clean))).toMatchObject({ promises: none, tasks: 2, endsHeard: 1, repeatedEffects: 0 });
  const repeated = judgeTasks(story("s1:a d1:a s2:a d2:a e2:a s1:b d1:b e1:b"));
  expect(repeated).toMatchObject({ promises: none, repeatedEffects: 1, zombieEffects: 0 });
});

test("a task that did nothing, failed or is unknown is lost", () => {
  expect(judgeTasks(story("s1:a d1:a e1:a s1:b e1:b")).promises).toEqual({ ...none, lost: 1 });
  expect(judgeTasks(story(clean, { records: new Map([["a", record("a")]]) })).promises).toEqual({ ...none, lost: 1 });
  const failed = { ...record("b"), status: "failed" } as TaskRecord;
  const records = new Map([
    ["a", record("a")],
    ["b", failed],
  ]);
  expect(judgeTasks(story(clean, { records })).promises).toEqual({ ...none, lost: 1 });
});

test("an end told twice, or another one than the record has, is a double result", () => {
  const twice = new Map([["a", [record("a"), record("a")]]]);
  expect(judgeTasks(story(clean, { ends: twice })).promises).toEqual({ ...none, doubleResults: 1 });
  const other = new Map([["a", [record("a", "2")]]]);
  expect(judgeTasks(story(clean, { ends: other })).promises).toEqual({ ...none, doubleResults: 1 });
});

test("one that starts beside another, or before it, is seen; what a zombie does is counted apart", () => {
  expect(judgeTasks(story("s1:a s1:b d1:a e1:a d1:b e1:b")).promises.overlaps).toBe(1);
  expect(judgeTasks(story("s1:b d1:b e1:b s1:a d1:a e1:a")).promises.disorders).toBe(1);
  const zombie = judgeTasks(story("s1:a s2:a d2:a e2:a s1:b d1:a e1:a d1:b e1:b"));
  expect(zombie).toMatchObject({ promises: none, zombieEffects: 1 });
});

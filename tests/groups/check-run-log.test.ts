import { expect, test } from "vitest";
import { checkRunLog } from "./check-run-log.ts";
import type { RunEvent } from "./run-log.ts";

const events = (text: string): RunEvent[] =>
  text.split(" ").map((word) => {
    const [kind, task = ""] = word.split(":");
    if (kind === "limit") return { kind, task: "", group: "g", value: Number(task), token: "1" };
    return { kind: kind === "s" ? "start" : "end", task, group: "g", value: 0, token: "1" };
  });
const check = (text: string, order = ["a", "b", "c"], lost: string[] = []) =>
  checkRunLog(events(text), { order: new Map([["g", order]]), lost: new Set(lost) });

test("a clean run has no violations, restarts of a lost attempt included", () => {
  expect(check("s:a s:a e:a s:b e:b s:c e:c")).toEqual({ overlaps: [], disorders: [] });
});

test("one start too many is an overlap, and none under a limit that allows it", () => {
  expect(check("s:a s:b e:a e:b").overlaps).toEqual(["b in g beside a"]);
  expect(check("limit:2 s:a s:b e:a e:b").overlaps).toEqual([]);
  expect(check("limit:2 s:a s:b limit:1 e:a s:c").overlaps).toEqual(["c in g beside b"]);
});

test("a lowered limit takes no place away from a task between two attempts, and gives none to another", () => {
  expect(check("limit:2 s:a s:b limit:1 s:a s:b e:a e:b").overlaps).toEqual([]);
  expect(check("limit:2 s:a s:b limit:1 s:a s:a e:a e:b").overlaps).toEqual(["a in g beside b"]);
  expect(check("limit:2 s:a s:b limit:1 s:a e:a s:c").overlaps).toEqual(["c in g beside b"]);
});

test("a later task that starts first is a disorder, a task that never started is not", () => {
  expect(check("s:b e:b s:a e:a").disorders).toEqual(["g"]);
  expect(check("s:a e:a s:c e:c").disorders).toEqual([]);
});

test("a task that was given up holds nobody up, also when its start is told late", () => {
  expect(check("s:a s:b e:b", ["a", "b"], ["a"]).overlaps).toEqual([]);
  expect(check("s:b s:a e:b", ["a", "b"], ["a"])).toEqual({ overlaps: [], disorders: [] });
});

import { expect, test } from "vitest";
import { findSizeFaults } from "./file-sizes.ts";

const faultsOf = (lines: Record<string, number>, reasons: Record<string, string> = {}) =>
  findSizeFaults(new Map(Object.entries(lines)), reasons).map((fault) => fault.split(":")[0]);

test("a file too large is found, and one too small that has no reason", () => {
  expect(faultsOf({ "a/large.ts": 251, "a/full.ts": 250, "a/least.ts": 15, "a/tiny.ts": 14 })).toEqual([
    "a/large.ts",
    "a/tiny.ts",
  ]);
});

test("a reason holds for the files it names, one by one or a folder's, and for no others", () => {
  const reasons = { "a/tiny.ts": "named", "a/*.lua": "steps" };
  expect(faultsOf({ "a/tiny.ts": 3, "a/step.lua": 3 }, reasons)).toEqual([]);
  expect(faultsOf({ "a/tiny.ts": 3, "a/step.lua": 3, "b/step.lua": 3, "a/b/step.lua": 3 }, reasons)).toEqual([
    "b/step.lua",
    "a/b/step.lua",
  ]);
});

test("a reason whose file has grown or gone is found", () => {
  const stale = faultsOf({ "a/tiny.ts": 15 }, { "a/tiny.ts": "was small", "a/gone.ts": "was there" });
  expect(stale).toEqual(["tests/house/small-files.ts", "tests/house/small-files.ts"]);
});

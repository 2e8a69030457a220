import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { groups } from "./catalogue.ts";
import { mutantsOf } from "./mutant.ts";

const all = groups.flatMap(mutantsOf);

test("every mutant changes one place that is there, and nothing else", () => {
  const wrong = all.filter(({ file, find, replace }) => {
    if (!existsSync(file) || find === replace) return true;
    return readFileSync(file, "utf8").split(find).length !== 2;
  });
  expect(wrong.map(({ file, find }) => `${file}: ${find}`)).toEqual([]);
});

test("every mutant names tests that are there", () => {
  expect(all.flatMap(({ tests }) => tests).filter((path) => !existsSync(path))).toEqual([]);
});

test("no promise is broken twice in the same words", () => {
  expect(all.length).toBe(new Set(all.map(({ file, breaks }) => `${file} ${breaks}`)).size);
});

import { expect, test } from "vitest";
import { isNestedDeeperThan } from "./json-depth.ts";

const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

test("counts levels, not brackets", () => {
  expect(isNestedDeeperThan(8, nested(8))).toBe(false);
  expect(isNestedDeeperThan(8, nested(9))).toBe(true);
  expect(isNestedDeeperThan(8, `[${Array.from({ length: 50 }, () => '{"a":[]}').join(",")}]`)).toBe(false);
});

test("as many levels as are allowed are not too many, whatever stands in the innermost", () => {
  expect(isNestedDeeperThan(8, `${"[".repeat(8)}"a long text inside"${"]".repeat(8)}`)).toBe(false);
});

test("brackets in strings do not count, whatever is escaped before the end of the string", () => {
  expect(isNestedDeeperThan(3, JSON.stringify("[".repeat(50)))).toBe(false);
  expect(isNestedDeeperThan(3, JSON.stringify(['"[[[[[[', "\\", '\\"{{{{{{', "ends with \\"]))).toBe(false);
  expect(isNestedDeeperThan(3, `["a\\\\",${nested(3)}]`)).toBe(true);
});

test("a string that never ends is not an endless search", () => {
  expect(isNestedDeeperThan(3, `"${"\\".repeat(50)}`)).toBe(false);
});

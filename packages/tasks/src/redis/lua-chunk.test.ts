import { expect, test } from "vitest";
import { inlineLocals } from "./lua-chunk.ts";

test("what a script names in capitals stands in its functions as a value, whichever piece names it", () => {
  const lua = [
    "local TRIES = 16",
    'local NO_JOB = "it \\"is\\" none"',
    "local UNIT = 2 ^ 42",
    "",
    "f(TRIES, NO_JOB, x * UNIT)",
  ];
  expect(inlineLocals(lua.join("\n")).trim()).toBe('f((16), "it \\"is\\" none", x * (2 ^ 42))');
});

test("what is not a plain value stays a local, and so does what changes", () => {
  const lua =
    'local KEY = QUEUE .. "g:none"\nlocal known = {}\nlocal hasLimited = false\nlocal A, B = 1, 2\n  local INNER = 3';
  expect(inlineLocals(lua)).toBe(lua);
});

test("names are replaced as whole words, and not in comments", () => {
  const lua = "local MAX = 5\n-- MAX of them\nlocal x = MAX + G_MAX + MAX_MS";
  expect(inlineLocals(lua)).toBe("\n-- MAX of them\nlocal x = (5) + G_MAX + MAX_MS");
});

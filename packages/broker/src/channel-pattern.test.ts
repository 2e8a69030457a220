import fc from "fast-check";
import { expect, test } from "vitest";
import { parseChannelPattern } from "./channel-pattern.ts";

const characters = fc.constantFrom("a", "b", ":", "*", "?", "é", "😀");
const text = fc.array(characters, { maxLength: 8 }).map((parts) => parts.join(""));

test("a pattern means what a regular expression of the same parts means", () => {
  fc.assert(
    fc.property(text, text, (pattern, channel) => {
      const source = Array.from(pattern, (part) =>
        part === "*" ? "[^]*" : part === "?" ? "[^]" : RegExp.escape(part),
      );
      const expected = pattern === "" || new RegExp(`^${source.join("")}$`, "u").test(channel);
      expect(parseChannelPattern(pattern)(channel)).toBe(expected);
    }),
  );
});

test("a backslash takes a character as it is", () => {
  const isStar = parseChannelPattern("a\\*\\[");
  expect([isStar("a*["), isStar("ab[")]).toEqual([true, false]);
});

test("a pattern made to be slow is not", () => {
  const isSlow = parseChannelPattern(`${"a*".repeat(120)}b`);
  // What it costs, and not how long others had the processor meanwhile.
  const began = process.cpuUsage();
  expect(isSlow("a".repeat(255))).toBe(false);
  expect(process.cpuUsage(began).user).toBeLessThan(100_000);
});

test.each(["[ab]", "{a,b}", "a\\"])("%s is refused with a reason", (pattern) => {
  expect(() => parseChannelPattern(pattern)).toThrow(TypeError);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { cutText } from "./cut-text.ts";

/** Halves of characters included. */
const units = fc.constantFrom("a", "é", "語", "🚉", "\ud83d", "\ude89", "\0");

test("what is cut is the beginning of the text, no longer than asked for, and Unicode", () => {
  fc.assert(
    fc.property(fc.string({ unit: units }), fc.nat(20), (text, maxLength) => {
      const cut = cutText(text, maxLength);
      expect(text.toWellFormed().startsWith(cut)).toBe(true);
      expect(cut.isWellFormed()).toBe(true);
      expect(cut.length).toBeLessThanOrEqual(maxLength);
      expect(cut.length).toBeGreaterThanOrEqual(Math.min(text.length, maxLength) - 1);
    }),
  );
});

test("an emoji at the end is kept or left out as a whole", () => {
  expect(cutText("ab🚉", 3)).toBe("ab");
  expect(cutText("ab🚉", 4)).toBe("ab🚉");
});

test("half a character that was there before is mended", () => expect(cutText("a\ud83d b", 10)).toBe("a\ufffd b"));

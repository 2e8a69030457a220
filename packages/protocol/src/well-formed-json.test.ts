import fc from "fast-check";
import { expect, test } from "vitest";
import { wellFormedJson } from "./well-formed-json.ts";

const units = fc.constantFrom(
  "a",
  "é",
  "🚉",
  "\ud83d",
  "\ude89",
  "\0",
  '"',
  "\\",
  "u",
  "d",
  "8",
  "\n",
  "{",
  "]",
  ",",
  ":",
);
const texts = fc.string({ unit: units });
/** The same value, its strings escaped as Python and PHP do. */
const escaped = (json: string) =>
  json.replaceAll(/[^\0-~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

test("half surrogates are mended however they are written, and nothing else is changed", () => {
  fc.assert(
    fc.property(texts, (text) => {
      for (const json of [
        JSON.stringify(text),
        escaped(JSON.stringify(text)),
        `"${JSON.stringify(text).slice(1, -1)}"`,
      ]) {
        expect(JSON.parse(wellFormedJson(json))).toBe(text.toWellFormed());
        expect(wellFormedJson(json) === json).toBe(text.isWellFormed());
      }
    }),
  );
});

test.each([
  ['"\\ud83d"', '"\\ufffd"'],
  ['"\\\\ud83d"', '"\\\\ud83d"'],
  ['"\\ud83d\\ude89"', '"\\ud83d\\ude89"'],
  ['"\\ude89\\ud83d"', '"\\ufffd\\ufffd"'],
  ['"\\ud83d\\ud83d\\ude89"', '"\\ufffd\\ud83d\\ude89"'],
  ["9007199254740993", "9007199254740993"],
])("%s is kept as %s", (json, kept) => expect(wellFormedJson(json)).toBe(kept));

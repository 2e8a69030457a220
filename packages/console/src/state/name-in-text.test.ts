import { expect, test } from "vitest";
import { nameInText, visibleName } from "./name-in-text.ts";

test.each([
  ["mail", "mail"],
  ["打印机 组", "打印机 组"],
  ["\u202Egnp.exe", String.raw`\u202Egnp.exe`],
  ["zero\u200Bwidth\uFEFF", String.raw`zero\u200Bwidth\uFEFF`],
  ["\u2066a\u2069\u200Fb", String.raw`\u2066a\u2069\u200Fb`],
  ["tag\u{E0041}", String.raw`tag\u{E0041}`],
  ["soft\u00ADhyphen \u0007", String.raw`soft\u00ADhyphen \u0007`],
  [" mail", String.raw`\u0020mail`],
  ["mail  ", String.raw`mail\u0020\u0020`],
  ["a   b c", String.raw`a \u0020\u0020b c`],
  ["  ", String.raw`\u0020\u0020`],
  // Of several lines: a text, and no name.
  ["Error: x\n  at y", "Error: x\n  at y"],
  // What joins emoji or Arabic letters is part of them.
  ["👩‍🔧", "👩‍🔧"],
  ["می‌خواهم", "می‌خواهم"],
])("of the name %j people see %s", (name, seen) => {
  expect(visibleName(name)).toBe(seen);
});

test("a name that is written from right to left keeps its direction to itself, and others stand in a sentence as they are", () => {
  expect(nameInText("דואר")).toBe("\u2068דואר\u2069");
  expect(nameInText("בנק \u2069x")).toBe("\u2068בנק \\u2069x\u2069");
  expect(nameInText("mail")).toBe("mail");
});

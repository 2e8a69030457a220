import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasLongNumber, isExactNumber, parseExactJson } from "./exact-json.ts";
import { readJson } from "./read-json.ts";

const written = (text: string) => {
  const read = readJson(text);
  return "problem" in read ? read.problem : JSON.stringify(read.exact);
};

describe("numbers keep their very digits", () => {
  test.each([
    "9007199254740993",
    "-9223372036854775808",
    "18446744073709551615",
    "0.1234567890123456789",
    "1e400",
    "-1E-400",
    "1.0",
    "1.50",
    "1e2",
    "-0",
    "-0.0",
    "0.0000001",
    "100000000000000000000000",
    "[1,2.5,1e3,12345678901234567890]",
    '{"a":[{"id":9007199254740993}],"b":"9007199254740993"}',
  ])("%s", (text) => {
    expect(written(text)).toBe(text);
  });

  test("any of them, anywhere", () => {
    const digits = fc.stringMatching(/^\d{1,30}$/).map((text) => text.replace(/^0+(?=\d)/, ""));
    const number = fc
      .tuple(
        fc.constantFrom("", "-"),
        digits,
        fc.option(fc.stringMatching(/^\.\d{1,25}$/)),
        fc.option(fc.stringMatching(/^[eE][-+]?\d{1,4}$/)),
      )
      .map(([sign, whole, fraction, exponent]) => `${sign}${whole}${fraction ?? ""}${exponent ?? ""}`);
    const place = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => `[${text},"e1"]`,
      (text) => `{"a":{"b":[${text}]}}`,
    );
    fc.assert(
      fc.property(number, place, (text, within) => {
        expect(written(within(text))).toBe(within(text));
      }),
      { numRuns: 2_000 },
    );
  });

  test("what is checked sees plain numbers, and a kept one is not taken for an object", () => {
    const read = readJson('{"limit":10.0,"data":9007199254740993}');
    expect(read.value).toEqual({ limit: 10, data: 9007199254740992 });
    expect(isExactNumber((parseExactJson("[1.0]") as unknown[])[0])).toBe(true);
    expect(isExactNumber({})).toBe(false);
  });

  test("every number a double cannot hold is noticed", () => {
    for (const text of ["9007199254740993", "0.12345678901234567", "1e400", "1E+400", "1e-0400"]) {
      expect(hasLongNumber(text)).toBe(true);
    }
    expect(hasLongNumber('{"a":1.5,"b":"text"}')).toBe(false);
  });
});

describe("what no reader could take is refused", () => {
  test.each([
    ['"\\ud800"', "half"],
    ['"a\\uDC00b"', "half"],
    ['{"\\uDBFF":1}', "half"],
    ['"\\ud83d\\u0020"', "half"],
    ['"\\ud83d\\ud83d\\ude00"', "half"],
    ['"\ud800"', "half"],
    [`${"[".repeat(513)}${"]".repeat(513)}`, "512 levels"],
  ])("%j", (text, problem) => {
    expect(written(text)).toContain(problem);
  });

  test.each([
    '"\\ud83d\\ude00"',
    '"\\\\ud800"',
    '"\\\\\\\\ud800"',
    '"😀"',
    '"a\\u0000b"',
    "[".repeat(512) + "]".repeat(512),
  ])("%s is not", (text) => {
    expect(JSON.parse(written(text))).toEqual(JSON.parse(text));
  });

  test("a door may wrap the content in levels of its own", () => {
    const content = "[".repeat(512) + "]".repeat(512);
    expect("problem" in readJson(`{"a":{"b":${content}}}`, 2)).toBe(false);
    expect("problem" in readJson(`{"a":{"b":[${content}]}}`, 2)).toBe(true);
  });

  test("the last of two equal keys counts, in what is checked and in what is stored", () => {
    const read = readJson('{"a":1,"a":2.0}');
    expect(read.value).toEqual({ a: 2 });
    expect(written('{"a":1,"a":2.0}')).toBe('{"a":2.0}');
  });

  test("any JSON value comes out as it went in, or is refused for being no Unicode", () => {
    const value = fc.jsonValue({ stringUnit: "binary", maxDepth: 6 });
    fc.assert(
      fc.property(value, (json) => {
        const text = JSON.stringify(json);
        const read = readJson(text);
        // The encoder writes each half surrogate as an escape, and nothing else so.
        expect("problem" in read).toBe(/(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(text));
        expect(JSON.parse(JSON.stringify("problem" in read ? read.value : read.exact))).toEqual(JSON.parse(text));
      }),
    );
  });
});

import { parseExactJson } from "@switchyard/protocol/exact-json";
import { expect, test } from "vitest";
import { mergePatch } from "./merge-patch.ts";

/** The examples of RFC 7396, appendix A. */
test.each([
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', "{}"],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', "null", "null"],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ["[1,2]", '{"a":"b","c":null}', '{"a":"b"}'],
  ["{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
])("%s changed by %s is %s", (target, patch, merged) => {
  expect(JSON.stringify(mergePatch(JSON.parse(target), JSON.parse(patch)))).toBe(merged);
});

test("numbers that a double cannot hold, and names that objects have by themselves, come through", () => {
  const merge = (target: string, patch: string) =>
    JSON.stringify(mergePatch(parseExactJson(target), parseExactJson(patch)));
  expect(merge('{"id":9007199254740993}', '{"other":18446744073709551615}')).toBe(
    '{"id":9007199254740993,"other":18446744073709551615}',
  );
  expect(merge('{"id":9007199254740993}', '{"id":{"a":1}}')).toBe('{"id":{"a":1}}');
  expect(merge("{}", '{"__proto__":{"isAdmin":true}}')).toBe('{"__proto__":{"isAdmin":true}}');
});

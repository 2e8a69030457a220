import fc from "fast-check";
import { expect, test } from "vitest";
import { mayHaveDuplicateKeys } from "./duplicate-keys.ts";
import { readPayload } from "./payload.ts";

test.each([
  ['{"a":1,"a":2}', '{"a":2}'],
  ['{ "a" : 1 , "b":[{"c":1.0,"c":9007199254740993}]}', '{"a":1,"b":[{"c":9007199254740993}]}'],
  ['{"a":1,"\\u0061":2}', '{"a":2}'],
  ['{"__proto__":1,"__proto__":2}', '{"__proto__":2}'],
])("of bytes %s the last of two equal keys is published, and its digits are kept", (text, payload) => {
  expect(readPayload(Buffer.from(text), { isBinary: false })).toEqual({ payload });
});

test("bytes without such keys are published as they were written", () => {
  const text = '{ "a": 1.0, "b": ["x\\": y", {"a": 2}] }';
  // A text that looks like a key costs the spaces around it and nothing else.
  expect(readPayload(Buffer.from('{ "a": 1.0, "b": [{"a": 2}] }'), { isBinary: false })).toEqual({
    payload: '{ "a": 1.0, "b": [{"a": 2}] }',
  });
  expect(readPayload(Buffer.from(text), { isBinary: false })).toEqual({ payload: '{"a":1.0,"b":["x\\": y",{"a":2}]}' });
});

test("a key that was added once more is never overlooked", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, noNullPrototype: true }), (object) => {
      const text = JSON.stringify(object);
      const [key = ""] = Object.keys(object);
      const twice = `${text.slice(0, -1)},${JSON.stringify(key)}:0}`;
      expect(mayHaveDuplicateKeys(twice, JSON.parse(twice))).toBe(true);
    }),
  );
});

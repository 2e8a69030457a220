import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeCommands } from "./command.ts";

const decode = (frame: string) => Array.from(decodeCommands(frame));

test("decodes several commands of one frame, in order", () => {
  const frame = '{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"a","flag":1}}\n';
  expect(decode(frame)).toMatchObject([
    { method: "connect", id: 1 },
    { method: "subscribe", id: 2, request: { channel: "a" } },
  ]);
});

test("takes the empty object for a pong", () => {
  expect(decode("{}")).toEqual([{ method: "pong" }]);
});

test("takes the largest id", () => {
  expect(decode('{"id":4294967295,"rpc":{}}')).toMatchObject([{ id: 4294967295 }]);
});

test("a send needs no id", () => {
  expect(decode('{"send":{"data":1}}')).toMatchObject([{ method: "send", id: 0 }]);
});

test.each([
  ["text that is not JSON", "hello"],
  ["an array", "[]"],
  ["a truncated object", '{"id":1,"connect":{'],
  ["an empty frame", ""],
  ["an empty line between commands", '{"id":1,"connect":{}}\n\n{"id":2,"rpc":{}}'],
  ["two methods in one command", '{"id":1,"subscribe":{"channel":"a"},"publish":{"channel":"a","data":1}}'],
  ["a method beside a ping", '{"id":1,"connect":{},"ping":{}}'],
  ["an unknown method", '{"id":1,"explode":{}}'],
  ["a command without id", '{"connect":{}}'],
  ["a negative id", '{"id":-1,"connect":{}}'],
  ["an id beyond uint32", '{"id":4294967296,"connect":{}}'],
  ["a field of the wrong type", '{"id":1,"subscribe":{"channel":7}}'],
  ["a missing channel", '{"id":1,"subscribe":{}}'],
])("calls %s malformed", (_, frame) => {
  expect(decode(frame)).toContainEqual(expect.objectContaining({ method: "malformed" }));
});

test("every text is decoded to something, and none makes the decoder throw", () => {
  expect(() =>
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => decode(text).length > 0)),
  ).not.toThrow();
});

test("the first malformed line is the last that is looked at", () => {
  expect(decode('{"id":1,"rpc":{}}\nbad\n{"id":2,"rpc":{}}')).toMatchObject([{ id: 1 }, { method: "malformed" }]);
  expect(decode("a\n".repeat(32_768))).toHaveLength(1);
});

test.each([
  [
    "half a surrogate pair in its data",
    '{"id":1,"publish":{"channel":"a","data":{"x":"\\ud800"}}}',
    "publish.data: holds half",
  ],
  ["half a surrogate pair in its name", '{"id":1,"rpc":{"method":"\\udc00","data":1}}', "rpc.method: holds half"],
  [
    "data that is too deep",
    `{"id":1,"send":{"data":${"[".repeat(9_000)}${"]".repeat(9_000)}}}`,
    "send.data: is nested deeper",
  ],
])("what cannot be stored is told with the field: %s", (_, frame, problem) => {
  expect(decode(frame)).toMatchObject([{ problem: expect.stringContaining(problem) as string }]);
});

import { expect, test } from "vitest";
import { readMessage, textOf } from "./read-message.ts";

const read = (text: string) => readMessage(Buffer.from(text));

test("data may be an object, or a text with one in it", () => {
  for (const data of ['{"channel":"news"}', JSON.stringify('{"channel":"news"}')]) {
    const message = read(`{"event":"pusher:subscribe","data":${data}}`);
    if (typeof message === "string") throw new Error(message);
    expect(textOf(message, "channel")).toBe("news");
    expect(message.dataJson?.toString()).toBe(data);
  }
});

test("what is no object has no fields, and what is no text is none", () => {
  for (const data of ["[]", "7", "null", '"x"', '"[1]"', '{"channel":7}']) {
    const message = read(`{"event":"pusher:subscribe","data":${data}}`);
    if (typeof message === "string") throw new Error(message);
    expect(textOf(message, "channel")).toBe("");
  }
});

test.each([
  ["", "the message is not JSON"],
  ["7", "the message must be a JSON object"],
  ["{}", "event: must be a text"],
  ['{"event":7}', "event: must be a text"],
  ['{"event":"client-x","channel":7}', "channel: must be a text"],
  [`{"event":"client-x","data":${"[".repeat(1_000)}${"]".repeat(1_000)}}`, "the message is nested deeper"],
])("what is no message is refused (%#)", (text, problem) => {
  expect(read(text)).toContain(problem);
});

test("bytes that are no text are refused", () => {
  expect(readMessage(Buffer.of(0xff, 0xfe))).toBe("the message is not UTF-8");
});

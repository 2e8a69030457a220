import fc from "fast-check";
import { expect, test } from "vitest";
import { encodePublicationBody } from "./publication.ts";
import { encodePresencePush, encodePublicationPush, encodeStoredPublication } from "./push.ts";

test("a push holds the channel, the offset and the publisher's body, whatever they contain", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.jsonValue(), fc.nat(), (channel, data, offset) => {
      const push = encodePublicationPush(channel, Buffer.from(encodePublicationBody({ data })), offset);
      expect(push.includes("\n")).toBe(false);
      const expected = JSON.parse(JSON.stringify(offset > 0 ? { offset, data } : { data }));
      expect(JSON.parse(push.toString())).toEqual({ push: { channel, pub: expected } });
    }),
  );
});

test("data that is absent is carried as null, so that a body always has a field behind its brace", () => {
  expect(encodePublicationBody({ data: undefined })).toBe('{"data":null}');
});

test("a stored publication keeps its body and shows its offset", () => {
  const body = Buffer.from(encodePublicationBody({ data: { text: "北京" } }));
  expect(JSON.parse(encodeStoredPublication({ offset: 7, body }))).toEqual({ offset: 7, data: { text: "北京" } });
});

test("a join carries the info of whoever came", () => {
  const info = { user: "é\n", client: "c", conn_info: { name: "北京" } };
  const push = encodePresencePush('a"b', "join", Buffer.from(JSON.stringify(info)));
  expect(JSON.parse(push.toString())).toEqual({ push: { channel: 'a"b', join: { info } } });
});

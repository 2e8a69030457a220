import fc from "fast-check";
import { expect, test } from "vitest";
import { chainDeltas } from "./delta/publication-delta.ts";
import { jsonEncoding } from "./encoding/json-encoding.ts";
import { protobufEncoding } from "./encoding/protobuf-encoding.ts";
import { bytesOfPayload, jsonOfPayload, readPayload, type Payload } from "./payload.ts";
import { delimitProtobuf } from "./protobuf/delimit.ts";
import { encodePublicationBody, splitPublicationBody } from "./publication-body.ts";
import { parseExactJson } from "./exact-json.ts";
import { splitObject } from "./split-object.ts";
import { jsonSdk, protobufSdk } from "./testing/sdk-codecs.ts";

const json = { isBinary: false };
const binary = { isBinary: true };

const text = fc.string({
  unit: fc.oneof(fc.constantFrom("\\", '"', "{", "}", "[", ",", "\n", "\ud800"), fc.string({ unit: "grapheme" })),
});
const jsonText = fc.oneof(
  fc.json({ stringUnit: "grapheme" }),
  fc.jsonValue().map((value) => JSON.stringify(value, null, 2)),
);

test("an object is split into what JSON.parse sees in it, in any order and with any spaces", () => {
  const members = fc.dictionary(text, jsonText);
  const space = fc.constantFrom("", " ", "\n\t");
  fc.assert(
    fc.property(members, space, (object, s) => {
      const pairs = Object.entries(object).map(([key, value]) => `${s}${JSON.stringify(key)}${s}:${s}${value}${s}`);
      const source = `${s}{${s}${pairs.join(",")}}${s}`;
      const split = splitObject(Buffer.from(source));
      expect(Object.fromEntries(Array.from(split ?? [], ([key, value]) => [key, value.toString()]))).toEqual(
        Object.fromEntries(Object.entries(object).map(([key, value]) => [key, value.trim()])),
      );
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  "",
  "[]",
  "1",
  "{",
  '{"a"',
  '{"a":',
  '{"a":1',
  '{"a":"',
  '{"a":"\\"}',
  '{"a":[}',
  '{"a":1}x',
  "{,}",
  '{"a":1,}',
  "{1:2}",
  '{"a":,"b":1}',
])("%s is no object, and is not read beyond its end", (source) => {
  expect(splitObject(Buffer.from(source))).toBeUndefined();
});

test("of a key that came twice the last value stands", () => {
  expect(splitObject(Buffer.from('{"a":1,"\\u0061":2}'))?.get("a")?.toString()).toBe("2");
});

test("a body is split into the bytes its publisher wrote", () => {
  const tags = fc.option(fc.dictionary(text, text), { nil: undefined });
  const info = fc.option(fc.record({ user: text, client: text, conn_info: fc.jsonValue() }), { nil: undefined });
  fc.assert(
    fc.property(fc.jsonValue(), info, tags, (data, who, labels) => {
      const parts = splitPublicationBody(
        Buffer.from(
          encodePublicationBody({
            payload: JSON.stringify(data),
            ...(who && { info: who }),
            ...(labels && { tags: labels }),
          }),
        ),
      );
      expect(parts?.text.toString()).toBe(JSON.stringify(data));
      expect(parts?.bytes).toBe(parts?.text);
      expect(parts?.info?.toString()).toBe(JSON.stringify(who));
      expect(parts?.tags?.toString()).toBe(JSON.stringify(labels));
    }),
  );
});

test("data that looks like the rest of a body is data", () => {
  const data = '{"data":1},"b64":true,"tags":{"a":"b"}';
  expect(splitPublicationBody(Buffer.from(encodePublicationBody({ payload: JSON.stringify(data) })))).toMatchObject({
    tags: undefined,
    info: undefined,
  });
  const parts = splitPublicationBody(
    Buffer.from(encodePublicationBody({ payload: JSON.stringify({ b64: true, data: "AA==" }) })),
  );
  expect(parts?.bytes).toBe(parts?.text);
});

test("a body without data is none", () => {
  expect(splitPublicationBody(Buffer.from('{"tags":{}}'))).toBeUndefined();
  expect(splitPublicationBody(Buffer.from("garbage"))).toBeUndefined();
});

test("Protobuf subscribers get the very bytes that were published, JSON subscribers their base64", () => {
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.dictionary(
        // The SDK reads tags into a plain object, where `__proto__` is no key.
        text.filter((key) => key.isWellFormed() && key !== "__proto__"),
        fc.string({ unit: "grapheme" }),
      ),
      (data, tags) => {
        const body = Buffer.from(encodePublicationBody({ payload: data, tags }));
        const push = { kind: "pub", channel: "a", offset: 1, body } as const;
        const [reply] = protobufSdk().decodeReplies(delimitProtobuf(protobufEncoding.push(push)));
        expect(Buffer.from(pubOf(reply).data as Uint8Array)).toEqual(Buffer.from(data));
        expect({ ...(pubOf(reply)["tags"] as object) }).toEqual(tags);
        const [jsonReply] = jsonSdk().decodeReplies(jsonEncoding.push(push).toString());
        expect(pubOf(jsonReply)).toEqual({ offset: 1, data: Buffer.from(data).toString("base64"), b64: true, tags });
      },
    ),
  );
});

test("JSON that came as bytes reaches JSON subscribers as the same text, with all digits and without line breaks", () => {
  const came = Buffer.from('{"id": 9007199254740993,\r\n"text": "a\\nb",\n"price":1.10}');
  expect(readPayload(came, json)).toEqual({ payload: '{"id": 9007199254740993,"text": "a\\nb","price":1.10}' });
});

test.each([
  ["nothing", Buffer.of()],
  ["bytes that are not UTF-8", Buffer.from('"\xff"', "latin1")],
  ["a byte order mark", Buffer.from("\ufeff1")],
  ["an open object", Buffer.from("{")],
  ["a number JSON does not have", Buffer.from("NaN")],
  ["half a surrogate pair", Buffer.from('"\\ud800"')],
  ["arrays in arrays without an end", Buffer.from("[".repeat(600) + "]".repeat(600))],
])("%s is not taken for JSON to pass on", (_, bytes) => {
  expect(readPayload(bytes, json)).toHaveProperty("problem");
  expect(readPayload(bytes, binary)).toEqual({ payload: bytes });
});

test("what came as JSON is JSON in any namespace, and is written as it came", () => {
  const data = parseExactJson('{"id":9007199254740993,"price":1.10}');
  expect(readPayload(data, json)).toEqual({ payload: '{"id":9007199254740993,"price":1.10}' });
  expect(readPayload(data, binary)).toEqual(readPayload(data, json));
});

test("nothing is a message where data may be bytes, and a mistake elsewhere", () => {
  expect(readPayload(undefined, binary)).toEqual({ payload: Buffer.of() });
  expect(readPayload(undefined, json)).toEqual({ problem: "is missing" });
});

test("a payload is bytes for one encoding and JSON for the other", () => {
  expect(jsonOfPayload(Buffer.of(1, 2))).toBe('"AQI="');
  expect(jsonOfPayload('{"a":1}')).toBe('{"a":1}');
  expect(Buffer.from(bytesOfPayload('"é"'))).toEqual(Buffer.from('"é"'));
});

test("JSON and Protobuf subscribers each follow deltas of what they hold, across data that is JSON and data that is not", () => {
  const payload = fc.oneof(
    fc.uint8Array({ minLength: 40, maxLength: 60 }),
    fc.array(fc.string({ unit: "grapheme", minLength: 9 }), { maxLength: 6 }).map((value) => JSON.stringify(value)),
  );
  // Several in a row are much alike.
  const payloads = fc
    .array(fc.tuple(payload, fc.nat(3)), { minLength: 1 })
    .map((list) =>
      list.flatMap(([data, times]) =>
        Array.from({ length: times + 1 }, (_, i) =>
          typeof data === "string" ? JSON.stringify([data, i]) : Buffer.concat([data, Buffer.of(i)]),
        ),
      ),
    );
  let deltas = 0;
  fc.assert(
    fc.property(payloads, (published) => {
      let held: { json?: Uint8Array; protobuf?: Uint8Array } = {};
      const chain = chainDeltas(
        published.map((data) => ({ offset: 1, body: Buffer.from(encodePublicationBody({ payload: data })) })),
      );
      for (const [index, publication] of chain.entries()) {
        const data = published[index] as Payload;
        const push = { kind: "pub", channel: "a", ...publication } as const;
        deltas += Number(jsonEncoding.push(push).includes('"delta":true'));
        const [jsonReply] = jsonSdk().decodeReplies(jsonEncoding.push(push).toString());
        const json = jsonSdk().applyDeltaIfNeeded(pubOf(jsonReply), held.json);
        expect(json.newData).toEqual(JSON.parse(jsonOfPayload(data)));
        const [reply] = protobufSdk().decodeReplies(delimitProtobuf(protobufEncoding.push(push)));
        const protobuf = protobufSdk().applyDeltaIfNeeded(pubOf(reply), held.protobuf);
        expect(Buffer.from(protobuf.newData as Uint8Array)).toEqual(Buffer.from(bytesOfPayload(data)));
        held = { json: json.newPrevValue, protobuf: protobuf.newPrevValue };
      }
    }),
    { numRuns: 300 },
  );
  expect(deltas).toBeGreaterThan(200);
});

test("a text that reads like the base64 of the bytes before it is no change in JSON, and all new in Protobuf", () => {
  const bytes = Buffer.alloc(90, "bytes");
  const bodies = [bytes, jsonOfPayload(bytes), bytes].map((data) =>
    Buffer.from(encodePublicationBody({ payload: data })),
  );
  const chain = chainDeltas(bodies.map((body, index) => ({ offset: index + 1, body })));
  expect(chain.map(({ delta }) => delta?.ofText !== undefined)).toEqual([false, true, true]);
  expect(chain.map(({ delta }) => delta?.ofBytes !== undefined)).toEqual([false, false, false]);
});

function pubOf(reply: object | undefined): { readonly data: unknown; readonly [field: string]: unknown } {
  return (reply as { push: { pub: { data: unknown } } }).push.pub;
}

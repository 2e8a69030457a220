import { knownChannelName } from "@switchyard/broker/channel-name";
import { encodePublicationBody } from "@switchyard/protocol/publication-body";
import type { Payload } from "@switchyard/protocol/payload";
import fc from "fast-check";
import { expect, test } from "vitest";
import { emptyBatch } from "../../carriers/batch.ts";
import { webSocketTexts } from "../../carriers/framing.ts";
import { plainEncoder, untold } from "./plain-form.ts";

const encoder = plainEncoder(4, true);
const channel = knownChannelName("user:uid1");

function told(payload: Payload): string {
  const info = { user: "ann", client: "c1" };
  const body = Buffer.from(encodePublicationBody({ payload, info, tags: { kind: "data" } }));
  return encoder.encode({ kind: "publication", channel, publication: { offset: 7, body } }).toString();
}

test("what was pushed is told byte by byte, with nothing around it", () => {
  const line = '{"uid":"uid1",  "percent":"88%", "n":1.0, "text":"\\u4f60好"}';
  expect(told(line)).toBe(line);
  fc.assert(fc.property(fc.json(), (json) => told(json) === (json.startsWith('"') ? JSON.parse(json) : json)));
});

test("a text is told as itself, whether it was published or sent to the connection", () => {
  expect(told('"hello \\"you\\""')).toBe('hello "you"');
  expect(encoder.encode({ kind: "message", dataJson: '"您好"' }).toString()).toBe("您好");
  expect(encoder.encode({ kind: "message", dataJson: '{"a":1}' }).toString()).toBe('{"a":1}');
});

test("bytes are told as their base64", () => {
  expect(told(Buffer.of(1, 2, 3))).toBe("AQID");
});

test("what is no data is not told", () => {
  const info = Buffer.from("{}");
  const reason = { code: 2000, reason: "server unsubscribe" };
  expect(encoder.encode({ kind: "join", channel, info })).toBe(untold);
  expect(encoder.encode({ kind: "unsubscribed", channel, reason })).toBe(untold);
  expect(encoder.encode({ kind: "subscribed", channel, isRecoverable: true, position: undefined })).toBe(untold);
  expect(encoder.encode({ kind: "refreshed", expiresAtMs: 1 })).toBe(untold);
});

test("an empty text is a message all the same", () => {
  const empty = encoder.encode({ kind: "message", dataJson: '""' });
  expect(empty).toHaveLength(0);
  expect(empty).not.toBe(untold);
});

test("messages that leave together are a frame each", () => {
  const long = Buffer.alloc(300, "x");
  const frame = emptyBatch(webSocketTexts).append(Buffer.from("a")).append(Buffer.alloc(0)).append(long).frame();
  expect(frame).toEqual(Buffer.concat([Buffer.of(0x81, 1, 0x61, 0x81, 0, 0x81, 126, 1, 44), long]));
});

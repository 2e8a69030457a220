import { encodePublicationBody } from "@switchyard/protocol/publication-body";
import { expect, test } from "vitest";
import { eventNameProblem, eventPayload, readEvent } from "./event.ts";

function read(payload: string | Uint8Array, info?: { user: string; client: string }) {
  const event = readEvent(Buffer.from(encodePublicationBody({ payload, ...(info === undefined ? {} : { info }) })));
  return (
    event && { name: event.nameJson.toString(), data: event.dataJson.toString(), isFromClient: event.isFromClient }
  );
}

test("an event arrives as it was sent, its data the very text of its publisher", () => {
  const dataJson = JSON.stringify('{ "id": 9007199254740993 }');
  expect(eventPayload("paid", dataJson)).toBe('{"event":"paid","data":"{ \\"id\\": 9007199254740993 }"}');
  expect(read(eventPayload("paid", dataJson))).toEqual({ name: '"paid"', data: dataJson, isFromClient: false });
});

test("data that is no text becomes one, digit by digit", () => {
  expect(read('{"data":{"id":9007199254740993,"a":[1.0]},"event":"paid"}')?.data).toBe(
    JSON.stringify('{"id":9007199254740993,"a":[1.0]}'),
  );
  expect(read('{"event":"paid","data":null}')?.data).toBe('"null"');
});

test.each([
  ["an object of its own", '{"text":"hello"}'],
  ["an event with something beside it", '{"event":"paid","data":1,"user_id":"7"}'],
  ["an event without data", '{"event":"paid"}'],
  ["an event whose name is no text", '{"event":1,"data":1}'],
  ["an event of the server's own name", '{"event":"pusher_internal:member_added","data":"{}"}'],
  ["the same in escapes", '{"event":"\\u0070usher:error","data":"{}"}'],
  ["a number", "88"],
  ["null", "null"],
])("%s is the event `message`, with all of it as data", (_, payload) => {
  expect(read(payload)).toEqual({ name: '"message"', data: JSON.stringify(payload), isFromClient: false });
});

test("a text and bytes are the event `message` as they are", () => {
  expect(read('"hello"')).toMatchObject({ name: '"message"', data: '"hello"' });
  expect(read(Buffer.of(1, 2))).toMatchObject({ name: '"message"', data: '"AQI="' });
});

test("a client event is known by its name, and its sender by what the hub has written", () => {
  const body = encodePublicationBody({
    payload: eventPayload("client-typing", "{}"),
    info: { user: "7", client: "1.2" },
  });
  const event = readEvent(Buffer.from(body));
  expect(event).toMatchObject({ isFromClient: true });
  expect(JSON.parse(event?.infoJson?.toString() ?? "")).toEqual({ user: "7", client: "1.2" });
});

test("names that only the server gives cannot be sent", () => {
  expect(eventNameProblem("pusher:x")).toBeDefined();
  expect(eventNameProblem("pusher_internal:x")).toBeDefined();
  for (const name of ["", "client-", "client-a\u0000b", "a\nb", "a\u0085b"])
    expect(eventNameProblem(name)).toBeDefined();
  expect(eventNameProblem("x".repeat(201))).toBeDefined();
  expect(eventNameProblem("pusherman")).toBeUndefined();
});

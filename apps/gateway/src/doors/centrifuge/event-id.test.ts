import type { ChannelName } from "@switchyard/broker/channel-name";
import { describe, expect, test } from "vitest";
import { eventIdMaxChars, readEventId, writeEventId } from "./event-id.ts";

const place = (channel: string, offset: number, epoch = "a3f09c71be42") =>
  [{ channel: channel as ChannelName }, { epoch, offset }] as const;
const lost = { offset: Number.POSITIVE_INFINITY, epoch: "" };

describe("the id of an event", () => {
  test("says of each of its channels where it stands, and of no other", () => {
    const id = writeEventId([place("news:1", 7), place("user:ann", Number.MAX_SAFE_INTEGER, "x,y:z\n€")]);
    const placeIn = readEventId(id);
    expect(placeIn("news:1")).toEqual({ epoch: "a3f09c71be42", offset: 7 });
    expect(placeIn("user:ann")).toEqual({ epoch: "x,y:z\n€", offset: Number.MAX_SAFE_INTEGER });
    expect(placeIn("news:2")).toBeUndefined();
  });

  test("is one line of plain characters, and does not tell the names of channels", () => {
    const id = writeEventId([place("secret:name", 1), place("b", 2, "é\r\n\0")]);
    expect(id).toMatch(/^[\x21-\x7e]+$/);
    expect(id).not.toContain("secret");
  });

  test("is bounded: a position that has no room in it is lost, and not forgotten", () => {
    const places = Array.from({ length: 500 }, (_, index) => place(`channel:${index}`, index));
    const id = writeEventId(places);
    expect(id.length).toBeLessThanOrEqual(eventIdMaxChars);
    const placeIn = readEventId(id);
    expect(placeIn("channel:0")).toEqual({ epoch: "a3f09c71be42", offset: 0 });
    expect(placeIn("channel:499")).toEqual(lost);
  });

  test("of another kind is lost, whatever places it names", () => {
    const id = writeEventId([place("news:1", 7)]);
    expect(readEventId(id.replace(/^1/, "2"))("news:1")).toEqual(lost);
  });

  test("has room for the most channels a connection may have by default", () => {
    const id = writeEventId(Array.from({ length: 128 }, (_, index) => place(`channel:${index}`, 1_000 + index)));
    expect(id).toMatch(/^1,/);
  });

  test.each([
    "",
    "0",
    "2,abc",
    "1,abc",
    "1,AAAAAAAAAAA:e:zzzzzzzzzzz",
    "1,AAAAAAAAAAA:e:-1",
    "1+",
    "%",
    "1,AAAAAAAAAAA:%zz",
  ])("that nobody has written (%j) is a lost position, and no error", (id) => {
    expect(readEventId(id)("news:1")).toEqual(lost);
  });
});

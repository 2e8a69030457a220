import { expect, test } from "vitest";
import { readTimeToCome, readUnixTime } from "./unix-time.ts";

test.each([
  [undefined, undefined],
  [0, undefined],
  [4_102_444_800, 4_102_444_800_000],
  ["2100-01-01T00:00:00Z", 4_102_444_800_000],
  ["2100-01-01T08:00:00+08:00", 4_102_444_800_000],
])("%s is %s ms", (time, ms) => {
  expect(readUnixTime(time, "expire_at")).toBe(ms);
  expect(readTimeToCome(time, "expire_at")).toBe(ms);
});

test.each([
  [4_102_444_800_000, "expire_at: is beyond the year 9999; it looks like milliseconds, send seconds"],
  ["2100-01-01T00:00:00", "expire_at: must be Unix time in whole seconds, or ISO 8601 with its offset"],
  ["tomorrow", "expire_at: must be Unix time in whole seconds"],
  ["4102444800", "expire_at: must be Unix time in whole seconds"],
])("%s is refused: %s", (time, message) => {
  expect(() => readUnixTime(time, "expire_at")).toThrow(message);
});

test("what has passed is no time to come, however it is written", () => {
  for (const time of [1_700_000_000, "2023-11-14T22:13:20Z"]) {
    expect(() => readTimeToCome(time, "until")).toThrow("until: has passed");
  }
});

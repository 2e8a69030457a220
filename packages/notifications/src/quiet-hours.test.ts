import { describe, expect, test } from "vitest";
import { quietUntilMs } from "./quiet-hours.ts";

const at = (text: string) => Date.parse(text);
const night = { timeZone: "Asia/Shanghai", from: "22:00", to: "07:00" };

describe("quiet hours over midnight", () => {
  test.each([
    ["2027-01-01T21:59:59.999+08:00", undefined],
    ["2027-01-01T22:00:00.000+08:00", "2027-01-02T07:00:00.000+08:00"],
    ["2027-01-02T00:00:00.000+08:00", "2027-01-02T07:00:00.000+08:00"],
    ["2027-01-02T06:59:59.999+08:00", "2027-01-02T07:00:00.000+08:00"],
    ["2027-01-02T07:00:00.000+08:00", undefined],
    ["2027-01-02T12:00:00.000+08:00", undefined],
  ])("at %s end at %s", (now, end) => {
    expect(quietUntilMs(night, at(now))).toBe(end === undefined ? undefined : at(end));
  });
});

test("quiet hours within a day hold between their times", () => {
  const lunch = { timeZone: "Europe/Berlin", from: "12:00", to: "13:30" };
  expect(quietUntilMs(lunch, at("2027-06-01T11:59:00+02:00"))).toBeUndefined();
  expect(quietUntilMs(lunch, at("2027-06-01T12:10:00+02:00"))).toBe(at("2027-06-01T13:30:00+02:00"));
  expect(quietUntilMs(lunch, at("2027-06-01T13:30:00+02:00"))).toBeUndefined();
});

test("a clock that is put forward or back in the night does not move the morning", () => {
  const berlin = { timeZone: "Europe/Berlin", from: "22:00", to: "07:00" };
  expect(quietUntilMs(berlin, at("2027-03-27T23:00:00+01:00"))).toBe(at("2027-03-28T07:00:00+02:00"));
  expect(quietUntilMs(berlin, at("2026-10-24T23:00:00+02:00"))).toBe(at("2026-10-25T07:00:00+01:00"));
});

test("two times that are the same are no quiet hours", () => {
  expect(quietUntilMs({ ...night, to: night.from }, at("2027-01-01T22:00:00+08:00"))).toBeUndefined();
});

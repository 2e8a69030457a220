import { expect, test } from "vitest";
import { readEitherTimeMs, readTimeMs } from "./read-time.ts";

test.each<[number | string, number]>([
  [1_798_765_200_000, 1_798_765_200_000],
  ["2027-01-01T09:00:00+08:00", Date.UTC(2027, 0, 1, 1)],
  ["2027-01-01T09:00:00.250-0330", Date.UTC(2027, 0, 1, 12, 30, 0, 250)],
  ["2027-01-01T09:00Z", Date.UTC(2027, 0, 1, 9)],
  ["2027-01-01 09:00:00z", Date.UTC(2027, 0, 1, 9)],
  ["2028-02-29T23:59:59Z", Date.UTC(2028, 1, 29, 23, 59, 59)],
  ["2027-01-01T00:30:00+01:00", Date.UTC(2026, 11, 31, 23, 30)],
])("%s is %i ms after 1970", (time, ms) => expect(readTimeMs(time)).toEqual({ ms }));

test.each<[number | string, string]>([
  [1_798_765_200, "looks like seconds, send 1000 times as much"],
  [0, "this is before 2001"],
  [-1, "must be whole milliseconds"],
  [1.5, "must be whole milliseconds"],
  [Number.NaN, "must be whole milliseconds"],
  [1e300, "must be whole milliseconds"],
  ["1999-12-31T00:00:00Z", "is before 2001"],
  ["2027-01-01T09:00:00", "the offset is missing, Z for UTC"],
  ["2027-01-01", "the offset is missing"],
  ["2027-02-30T09:00:00Z", "is no date that exists"],
  ["2027-13-01T09:00:00Z", "is no date that exists"],
  ["2027-01-01T25:00:00Z", "is no date that exists"],
  ["1798765200000", "must be whole milliseconds"],
  ["tomorrow", "must be whole milliseconds"],
  ["9999-12-31T23:59:59Z", "must be no later than 9999-12-31T00:00:00Z"],
  [8.64e15, "must be no later than 9999-12-31T00:00:00Z"],
])("%s is refused: %s", (time, problem) => expect(readTimeMs(time).problem).toContain(problem));

test("of two fields for one time one may be there, and both are refused by both of their names", () => {
  const ms = Date.UTC(2027, 0, 1);
  expect(readEitherTimeMs({ at: undefined, atMs: undefined })).toBeUndefined();
  expect(readEitherTimeMs({ at: "2027-01-01T00:00:00Z", atMs: undefined })).toEqual({ field: "at", ms });
  expect(readEitherTimeMs({ at: undefined, atMs: ms })).toEqual({ field: "atMs", ms });
  expect(readEitherTimeMs({ at: "tomorrow", atMs: undefined })).toMatchObject({ field: "at" });
  const problem = "cannot be combined with `at`; send one of them";
  expect(readEitherTimeMs({ at: ms, atMs: ms })).toEqual({ field: "atMs", problem });
});

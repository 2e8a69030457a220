import { expect, test } from "vitest";
import { parseDurationMs } from "./duration.ts";
import type { SettingSchema } from "./environment.ts";
import { settingsProblems } from "./load-settings.ts";
import { Settings } from "./settings.ts";

/** Node's timers take what is longer for 1 ms. */
const timerMaxMs = 2 ** 31 - 1;

/** Never waited for by a timer: kept by Redis, or by a browser. */
const outlivesTimers =
  /history_ttl$|history_meta_ttl$|^tasks\.result_ttl$|^inbox\.item_ttl$|^ops\.session_(?:idle|lifetime)$/;

const numbers = leavesOf(Settings as SettingSchema).filter(({ schema }) => /integer|number/.test(schema.type ?? ""));
const durations = leavesOf(Settings as SettingSchema).filter(({ schema }) => schema.hint?.includes("duration"));

test("every number has a least and a largest value, and a default between them", () => {
  expect(numbers.length).toBeGreaterThan(40);
  const unbounded = numbers.filter(({ schema }) => schema.minimum === undefined || schema.maximum === undefined);
  expect(unbounded.map(({ path }) => path)).toEqual([]);
  for (const { path, schema } of numbers) {
    if (typeof schema.default !== "number") continue;
    expect(schema.default, path).toBeGreaterThanOrEqual(schema.minimum ?? Infinity);
    expect(schema.default, path).toBeLessThanOrEqual(schema.maximum ?? -Infinity);
  }
});

test("every duration has bounds that a timer can wait for, where one does, and a default between them", () => {
  expect(durations.length).toBeGreaterThan(35);
  for (const { path, schema } of durations) {
    const { least = "none", most = "none", default: usual } = schema;
    expect(least, path).toMatch(/^\d/);
    const longestMs = outlivesTimers.test(path) ? Infinity : timerMaxMs;
    expect(parseDurationMs(most), path).toBeLessThanOrEqual(longestMs);
    expect(parseDurationMs(String(usual)), path).toBeGreaterThanOrEqual(parseDurationMs(least));
    expect(parseDurationMs(String(usual)), path).toBeLessThanOrEqual(parseDurationMs(most));
  }
});

test.each(durations.filter(({ path }) => /^\w+(?:\.\w+)*$/.test(path)))(
  "$path is refused below and above its bounds, by its name and with them",
  ({ path, schema: { least = "", most = "" } }) => {
    const beyond = ["99999d", ...(parseDurationMs(least) === 0 ? [] : ["0s"])];
    for (const text of beyond) {
      const file = path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), text) as object;
      expect(settingsProblems(file)).toContainEqual(expect.stringContaining(`${path}: must be ${least} to ${most}`));
    }
    for (const text of [least, most]) {
      const file = path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), text) as object;
      expect(settingsProblems(file).filter((line) => line.startsWith(`${path}:`))).toEqual([]);
    }
  },
);

function leavesOf(schema: SettingSchema, path = ""): { path: string; schema: SettingSchema }[] {
  const { properties = {}, patternProperties = {}, items, anyOf = [] } = schema;
  const children = [
    ...Object.entries(properties).map(([key, child]) => [path === "" ? key : `${path}.${key}`, child] as const),
    ...Object.values(patternProperties as Record<string, SettingSchema>).map(
      (child) => [`${path}.<name>`, child] as const,
    ),
    ...(items === undefined ? [] : [[`${path}[]`, items] as const]),
    ...anyOf.map((child) => [`${path}|`, child] as const),
  ];
  return children.length === 0 ? [{ path, schema }] : children.flatMap(([name, child]) => leavesOf(child, name));
}

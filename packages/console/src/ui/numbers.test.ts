import { expect, test } from "vitest";
import { distance } from "./numbers.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

test.each([
  [0, "now", "现在"],
  [-3 * minuteMs, "3m ago", "3分钟前"],
  [9 * hourMs, "in 9h", "9小时后"],
  [33 * hourMs, "in 33h", "33小时后"],
  [-47 * hourMs, "47h ago", "47小时前"],
  [49 * hourMs, "in 2d", "2天后"],
])(
  "a moment %i ms away is told by how far it is, and never as a day that the calendar might call otherwise",
  (ms, en, zh) => {
    expect([distance(ms, 0, { locale: "en" }), distance(ms, 0, { locale: "zh-CN" })]).toEqual([en, zh]);
  },
);

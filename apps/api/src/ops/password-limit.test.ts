import { expect, test } from "vitest";
import { createPasswordLimit } from "./password-limit.ts";

function setup() {
  const clock = { nowMs: 1_000_000 };
  return { clock, limit: createPasswordLimit(() => clock.nowMs) };
}

test("the sixth try of a minute waits for the rest of it, other addresses do not", () => {
  const { clock, limit } = setup();
  for (let tries = 0; tries < 5; tries += 1) {
    expect(limit.secondsToWait("a")).toBe(0);
    limit.countWrong("a");
  }
  clock.nowMs += 20_000;
  expect(limit.secondsToWait("a")).toBe(40);
  expect(limit.secondsToWait("b")).toBe(0);
  clock.nowMs += 40_000;
  expect(limit.secondsToWait("a")).toBe(0);
});

test("guessing from many addresses is limited as well", () => {
  const { limit } = setup();
  for (let address = 0; address < 100; address += 1) limit.countWrong(String(address));
  expect(limit.secondsToWait("fresh")).toBe(60);
});

import { expect, test } from "vitest";
import { Breaker } from "./breaker.ts";

function breakerAt(startMs = 100_000) {
  const clock = { ms: startMs };
  const breaker = new Breaker({ now: () => clock.ms, random: () => 0.5 });
  const ask = (outcome: "answered" | "failed" | "none") => {
    const pass = breaker.enter();
    if (pass !== "open") breaker.left(pass, outcome);
    return pass;
  };
  const asks = (times: number, outcome: "answered" | "failed" | "none") => {
    for (let time = 0; time < times; time++) ask(outcome);
  };
  return { breaker, clock, ask, asks };
}

test("opens when half of twenty calls have failed, and not for fewer calls or fewer failures", () => {
  const few = breakerAt();
  few.asks(19, "failed");
  expect(few.breaker.isOpen).toBe(false);
  few.ask("failed");
  expect(few.breaker.isOpen).toBe(true);

  const mixed = breakerAt();
  mixed.asks(11, "answered");
  mixed.asks(10, "failed");
  expect(mixed.breaker.isOpen).toBe(false);
  mixed.ask("failed");
  expect(mixed.breaker.isOpen).toBe(true);
});

test("forgets what is ten seconds old, and counts nothing whose asker has gone", () => {
  const { breaker, clock, ask, asks } = breakerAt();
  asks(19, "failed");
  asks(50, "none");
  clock.ms += 10_000;
  ask("failed");
  expect(breaker.isOpen).toBe(false);
});

test("while it is open nothing is asked; then one call at a time probes, and one that is answered closes it", () => {
  const { breaker, clock, ask, asks } = breakerAt();
  asks(20, "failed");
  expect(ask("answered")).toBe("open");
  clock.ms += 1_000;
  expect(breaker.enter()).toBe("probe");
  expect(breaker.enter()).toBe("open");
  breaker.left("probe", "answered");
  expect(ask("failed")).toBe("call");
  expect(breaker.isOpen).toBe(false);
});

test("a probe that fails doubles the time, up to thirty seconds; one that came to nothing lets the next one probe", () => {
  const { breaker, clock, asks } = breakerAt();
  asks(20, "failed");
  for (const openMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    clock.ms += openMs - 1;
    expect(breaker.enter()).toBe("open");
    clock.ms += 1;
    expect(breaker.enter()).toBe("probe");
    breaker.left("probe", "none");
    expect(breaker.enter()).toBe("probe");
    breaker.left("probe", "failed");
  }
});

test("calls that were under way when it opened say nothing new", () => {
  const { breaker, asks, clock } = breakerAt();
  const early = breaker.enter();
  asks(20, "failed");
  breaker.left(early as "call", "answered");
  expect(breaker.isOpen).toBe(true);
  clock.ms += 999;
  expect(breaker.enter()).toBe("open");
});

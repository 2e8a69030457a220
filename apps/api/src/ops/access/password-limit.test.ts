import { expect, test } from "vitest";
import { createPasswordLimit, type PasswordLimit } from "./password-limit.ts";

function setup() {
  const clock = { nowMs: 1_000_000 };
  return { clock, limit: createPasswordLimit(() => clock.nowMs) };
}

test("the sixth try of a minute waits for the rest of it, other addresses do not", () => {
  const { clock, limit } = setup();
  for (let tries = 0; tries < 5; tries += 1) expect(limit.admit("203.0.113.1")).toMatchObject({ delayMs: 0 });
  clock.nowMs += 20_000;
  expect(limit.admit("203.0.113.1")).toEqual({ secondsToWait: 40 });
  expect(limit.admit("203.0.113.2")).toMatchObject({ delayMs: 0 });
  clock.nowMs += 40_000;
  expect(limit.admit("203.0.113.1")).toMatchObject({ delayMs: 0 });
});

test.each([
  ["an IPv6 /64", (host: number) => `2001:db8:1:2::${host.toString(16)}`, "2001:db8:1:3::1"],
  [
    "an IPv4 address in its spellings",
    (host: number) => (host % 2 ? "::ffff:cb00:7101" : "203.0.113.1"),
    "::ffff:cb00:7102",
  ],
])("%s is one place, however many addresses it has", (_, address, elsewhere) => {
  const { limit } = setup();
  for (let host = 0; host < 5; host += 1) limit.admit(address(host));
  expect(limit.admit(address(5))).toEqual({ secondsToWait: 60 });
  expect(limit.admit(elsewhere)).toMatchObject({ delayMs: 0 });
});

test("guesses from everywhere make everybody wait a little, and lock nobody out", () => {
  const { clock, limit } = setup();
  for (let guess = 0; guess < 20_000; guess += 1) limit.admit(`2001:db8:${guess.toString(16)}::1`);
  expect(limit.admit("203.0.113.1")).toMatchObject({ delayMs: 3_000 });
  // The queue of turns empties with time: one guess waits for one turn.
  clock.nowMs += 10_000;
  expect(limit.admit("203.0.113.2")).toMatchObject({ delayMs: 100 });
});

test("ten thousand places are remembered: then the oldest is forgotten, and has its tries again", () => {
  const { limit } = setup();
  for (let tries = 0; tries < 5; tries += 1) limit.admit("203.0.113.1");
  const elsewhere = (from: number, to: number) => {
    for (let place = from; place < to; place += 1) limit.admit(`2001:db8:${place.toString(16)}::1`);
  };
  elsewhere(0, 9_999);
  expect(limit.admit("203.0.113.1")).toEqual({ secondsToWait: 60 });
  elsewhere(9_999, 10_000);
  expect(limit.admit("203.0.113.1")).toMatchObject({ delayMs: expect.any(Number) });
});

const isAdmitted = (verdict: ReturnType<PasswordLimit["admit"]>) => "delayMs" in verdict;

/** The password was right. */
function logIn(limit: PasswordLimit, address: string): boolean {
  const verdict = limit.admit(address);
  if ("delayMs" in verdict) verdict.forgive();
  return "delayMs" in verdict;
}

test("a right password takes its own try back, so that it can be given all day", () => {
  const { limit } = setup();
  for (let logins = 0; logins < 500; logins += 1) expect(logIn(limit, "203.0.113.1")).toBe(true);
  expect(limit.admit("203.0.113.1")).toMatchObject({ delayMs: 0 });
});

test("whoever gives their own right password in between has no more guesses at those of others", () => {
  const { limit } = setup();
  let guesses = 0;
  for (let tries = 0; tries < 100; tries += 1) {
    if (isAdmitted(limit.admit("203.0.113.1"))) guesses += 1;
    logIn(limit, "203.0.113.1");
  }
  expect(guesses).toBe(5);
});

test("a right password that was judged beyond the minute takes back nothing of the next", () => {
  const { clock, limit } = setup();
  const late = limit.admit("203.0.113.1");
  clock.nowMs += 60_000;
  for (let tries = 0; tries < 5; tries += 1) limit.admit("203.0.113.1");
  if ("delayMs" in late) late.forgive();
  expect(limit.admit("203.0.113.1")).toEqual({ secondsToWait: 60 });
});

test("a right password among wrong ones at the same moment does not let more of them through", () => {
  const { limit } = setup();
  const admitted = Array.from({ length: 50 }, () => limit.admit("203.0.113.1")).filter(isAdmitted);
  expect(admitted).toHaveLength(5);
});

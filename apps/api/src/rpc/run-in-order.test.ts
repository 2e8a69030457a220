import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { runInOrder } from "./run-in-order.ts";

const options = { isHopeless: (result: string) => result === "lost", notTried: "not tried", timeoutMs: 60_000 };

test("begins an entry when the one before it has ended", async () => {
  const seen: string[] = [];
  const run = async (entry: string, index: number) => {
    seen.push(`${entry}${index} begins`);
    await delay(1);
    seen.push(`${entry}${index} ends`);
    return entry;
  };
  expect(await runInOrder(["a", "b"], run, options)).toEqual(["a", "b"]);
  expect(seen).toEqual(["a0 begins", "a0 ends", "b1 begins", "b1 ends"]);
  expect(await runInOrder([], run, options)).toEqual([]);
});

test("tries nothing more once it is hopeless", async () => {
  const entries = ["a", "lost", "b", "c"];
  expect(await runInOrder(entries, async (entry) => entry, options)).toEqual(["a", "lost", "not tried", "not tried"]);
});

test("tries nothing more once the time is over", async () => {
  const run = (entry: string) => delay(20, entry);
  expect(await runInOrder(["a", "b", "c"], run, { ...options, timeoutMs: 10 })).toEqual([
    "a",
    "not tried",
    "not tried",
  ]);
});

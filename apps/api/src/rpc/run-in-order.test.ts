import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { runInOrder } from "./run-in-order.ts";

const options = {
  isHopeless: (result: string) => result === "lost",
  notTried: "not tried",
  timeoutMs: 60_000,
  keepsPlace: (entry: string) => entry.startsWith("+"),
};

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

test("begins those in a row that keep their places together once the first is done, and no other before they have ended", async () => {
  const seen: string[] = [];
  const run = async (entry: string, index: number) => {
    seen.push(`${entry}${index}`);
    await delay(1);
    seen.push(`end ${index}`);
    return entry;
  };
  const entries = ["+a", "+b", "+c", "d", "+e"];
  expect(await runInOrder(entries, run, options)).toEqual(entries);
  expect(seen).toEqual(["+a0", "end 0", "+b1", "+c2", "end 1", "end 2", "d3", "end 3", "+e4", "end 4"]);
  const halfway = ["+a", "+b", "+lost", "+c", "d", "+e"];
  expect(await runInOrder(halfway, async (entry) => entry.replace("+", ""), options)).toEqual([
    "a",
    "b",
    "lost",
    "c",
    "not tried",
    "not tried",
  ]);
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

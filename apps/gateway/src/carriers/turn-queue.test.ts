import { expect, test } from "vitest";
import { TurnQueue } from "./turn-queue.ts";

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

function setup() {
  const turn = new TurnQueue();
  const flushed: string[] = [];
  const item = (name: string, also?: () => void) => ({
    flush() {
      flushed.push(name);
      also?.();
    },
  });
  return { turn, flushed, item };
}

test("what is added within a turn is flushed at its end, once and in order", async () => {
  const { turn, flushed, item } = setup();
  for (const name of ["a", "b", "c"]) turn.add(item(name));
  await Promise.resolve();
  expect(flushed).toEqual([]);
  await nextTurn();
  expect(flushed).toEqual(["a", "b", "c"]);
  await nextTurn();
  expect(flushed).toEqual(["a", "b", "c"]);
});

test("what is added while flushing belongs to the next turn", async () => {
  const { turn, flushed, item } = setup();
  turn.add(item("a", () => turn.add(item("later"))));
  turn.add(item("b"));
  await nextTurn();
  expect(flushed).toEqual(["a", "b"]);
  await nextTurn();
  expect(flushed).toEqual(["a", "b", "later"]);
});

test("every turn is flushed, however many there were before", async () => {
  const { turn, flushed, item } = setup();
  for (const name of ["1", "2", "3"]) {
    turn.add(item(name));
    await nextTurn();
  }
  expect(flushed).toEqual(["1", "2", "3"]);
});

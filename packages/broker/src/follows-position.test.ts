import { expect, test } from "vitest";
import { followsPosition } from "./follows-position.ts";

const publication = (offset: number, previousOffset: number) => ({
  offset,
  previousOffset,
  timeMs: 0,
  body: Buffer.from("{}"),
});
const behindLeap = { offset: 1_000_000_004, epoch: "e", publications: [publication(1_000_000_004, 3)], isCut: false };
const atTop = { offset: 3, epoch: "e", publications: [], isCut: false };

test.each([
  ["at the foot of a leap", { epoch: "e", offset: 3 }, behindLeap, true],
  ["before publications that were trimmed", { epoch: "e", offset: 1 }, behindLeap, true],
  ["in what the leap went over", { epoch: "e", offset: 4 }, behindLeap, false],
  ["at the top", { epoch: "e", offset: 3 }, atTop, true],
  ["ahead of the top", { epoch: "e", offset: 4 }, atTop, false],
  ["in another epoch", { epoch: "other", offset: 1 }, atTop, false],
  ["without an epoch", { offset: 1 }, atTop, true],
  ["nowhere", {}, atTop, true],
])("a position %s is told apart", (_, since, history, follows) => {
  expect(followsPosition(history, since)).toBe(follows);
});

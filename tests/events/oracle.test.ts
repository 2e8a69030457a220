import { expect, test } from "vitest";
import { judge } from "./oracle.ts";
import type { ToldEvent } from "./told-event.ts";

/** A check that finds nothing is shown to find something: each fault is planted in a story that is right. */

let seq = 0;
const tell = (type: string, key: string): ToldEvent => {
  seq++;
  return { id: `${key}:1:${seq}`, type, key, epoch: 1, seq, timeMs: 0, data: {} };
};
const story = [
  tell("user.online", "user:ann"),
  tell("channel.occupied", "chan:a"),
  tell("user.offline", "user:ann"),
  tell("user.online", "user:ben"),
  tell("channel.vacated", "chan:a"),
  tell("channel.occupied", "chan:a"),
];
const truth = new Set(["user:ben", "chan:a"]);
const [first, second] = story;
if (first === undefined || second === undefined) throw new Error("the story is empty");

test("a story that keeps its promises is acquitted", () => {
  expect(judge(story, truth)).toEqual([]);
});

test.each<[fault: string, told: readonly ToldEvent[], isSo: ReadonlySet<string>]>([
  ["an event is lost", story.filter(({ type }) => type !== "user.offline"), truth],
  ["the last event is lost", story.slice(0, -1), truth],
  ["an event is told twice under one id", [...story, first], truth],
  ["an event is told twice under two ids", [first, { ...first, id: "other", seq: 90 }, ...story.slice(1)], truth],
  ["two events of a key change places", [story[2] ?? first, ...story.filter((event) => event !== story[2])], truth],
  ["seq goes back", story.map((event, index) => (index === 5 ? { ...event, seq: 1 } : event)), truth],
  ["somebody is there whom nobody was told of", story, new Set([...truth, "user:cyd"])],
  ["somebody is not there who was told to be", story, new Set(["chan:a"])],
  ["a channel is vacated that was not occupied", [tell("channel.vacated", "chan:b"), ...story], truth],
])("%s: convicted", (_fault, told, isSo) => {
  expect(judge(told, isSo)).not.toEqual([]);
});

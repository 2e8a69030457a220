import { expect, test } from "vitest";
import { movedFields } from "./moved-fields.ts";

const now = { paused: false, reason: null, waiting: 100, active: 1, deadLetters: 37, settings: { concurrency: 4 } };

test.each([
  [{ paused: false, reason: null }, []],
  [{ paused: true }, ["paused"]],
  [{ settings: { concurrency: 4 } }, []],
  [{ settings: { concurrency: 5 }, paused: true }, ["settings", "paused"]],
  // Counts move by themselves.
  [{ waiting: 91 }, []],
  [{ waiting: 80 }, ["waiting"]],
  [{ active: 11 }, []],
  [{ active: 12 }, ["active"]],
  [{ deadLetters: 38 }, []],
  [{ deadLetters: 41 }, []],
  [{ deadLetters: 42 }, ["deadLetters"]],
  [{ deadLetters: 3 }, ["deadLetters"]],
  [{ waiting: "100" }, ["waiting"]],
])("of what was seen as %j these have moved: %j", (seen, moved) => {
  expect(movedFields(seen, now)).toEqual(moved);
});

test("a condition on what nothing is known of is refused, and everything of what is gone has moved", () => {
  expect(() => movedFields({ wating: 1 }, now)).toThrow("expect: `wating` is not known of it");
  expect(() => movedFields({ constructor: 1 }, now)).toThrow("not known");
  expect(movedFields({ status: "queued" }, undefined)).toEqual(["status"]);
});

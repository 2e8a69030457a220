import { expect, test } from "vitest";
import type { ListedProcess } from "./process-list.ts";
import { createSettingsWatch } from "./settings-watch.ts";

const listed = (settings: string | null, more: Partial<ListedProcess> = {}): ListedProcess => ({
  kind: "worker",
  uid: "w",
  name: "w:1",
  version: "1.0.0",
  settings,
  state: "up",
  lastSeenAtMs: 0,
  startedAtMs: null,
  gateway: null,
  worker: null,
  isLost: false,
  isOrphan: false,
  ...more,
});

test("since when processes of a kind differ is known until they are alike again", () => {
  const watch = createSettingsWatch();
  const differing = [listed("a"), listed("b"), listed("a", { kind: "api" })];
  expect(watch.look(differing, 1_000)).toEqual([{ kind: "worker", variants: 2, sinceMs: 1_000 }]);
  expect(watch.look(differing, 9_000)).toMatchObject([{ sinceMs: 1_000 }]);
  expect(watch.look([listed("b"), listed("b")], 10_000)).toEqual([]);
  expect(watch.look(differing, 11_000)).toMatchObject([{ sinceMs: 11_000 }]);
});

test.each([
  ["stops", { state: "draining" as const }],
  ["has gone", { state: "gone" as const }],
  ["does not say", { settings: null }],
  ["is of another version, which is told as such", { version: "1.1.0" }],
])("one that %s does not count", (_, more) => {
  expect(createSettingsWatch().look([listed("a"), listed("b", more)], 1_000)).toEqual([]);
});

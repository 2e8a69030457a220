import { expect, test } from "vitest";
import { recordPrelude } from "../../redis/record-prelude.ts";
import { createTaskKeys } from "../../redis/task-keys.ts";
import { groupPlace } from "../groups/group-place.ts";
import { useTasks } from "../testing/task-fixture.ts";
import { bulkPlace, bulkScripts } from "./bulk-scripts.ts";
import { walkSelection } from "./walk-selection.ts";

const { queue, redis, queuePrefix } = useTasks();
const keys = createTaskKeys("test");
const placeOf = () => groupPlace(redis(), keys, recordPrelude(keys, undefined));
const begin = () => queue().bulkActs.begin({ act: "retry", filter: {}, perSecond: 1_000, by: "ann" });

test("a look costs who acts on what it found no more time than it has cost Redis", async () => {
  const ids = Array.from({ length: 260 }, (_, index) => [1, `t_${index}`]);
  await redis().zadd(`${queuePrefix}failed`, ...ids.flat());
  const selection = { act: "retry", filter: {} } as const;
  const looks = walkSelection({ redis: redis(), keys, place: placeOf() }, { selection, isOnlyCounted: false });
  expect((await looks.next()).done).toBe(false);
  // What acting at a low rate takes: longer than a lease would be, if it was waited for once more.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const startedMs = performance.now();
  expect((await looks.next()).value).toMatchObject({ place: { source: 1 } });
  expect(performance.now() - startedMs).toBeLessThan(700);
});

/** As a worker has left them that ran them long ago. */
async function putFailed(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await redis().hset(queuePrefix + id, { name: "test", data: "{}", opts: "{}", timestamp: "1", gid: "g" });
    await redis().zadd(`${queuePrefix}failed`, 1, id);
  }
}

interface Step {
  readonly name: string;
  readonly holder: string;
  readonly ids?: readonly string[];
  readonly isLast?: "1";
}

const takeAs = (holder: string, holdMs = 0) => bulkScripts.takeBulk.run(bulkPlace(placeOf(), keys), { holder, holdMs });
async function step({ name, holder, ids = [], isLast }: Step) {
  const { cancelChannel } = keys;
  const of = { name, holder, holdMs: 6_000, ids: JSON.stringify(ids), place: "", isLast: isLast ?? "", cancelChannel };
  const [verdict] = await bulkScripts.stepBulk.run(bulkPlace(placeOf(), keys), of);
  return verdict;
}

test("a holder that has lost an act is told so also when it is over, as who has finished it tells of its end", async () => {
  const { id: name } = await begin();
  await takeAs("first");
  await takeAs("second");
  expect(await step({ name, holder: "first" })).toBe("lost");
  expect(await step({ name, holder: "second", isLast: "1" })).toBe("over");
  expect(await step({ name, holder: "first" })).toBe("lost");
  // Its answer was lost on the way, and it asks again.
  expect(await step({ name, holder: "second" })).toBe("over");
});

test("nobody else takes what is held", async () => {
  const { id } = await begin();
  expect(await takeAs("first", 60_000)).toMatchObject([id, expect.any(String), ""]);
  expect(await takeAs("second")).toBeUndefined();
});

test("an abort holds from the moment it is answered, whatever was under way", async () => {
  const { id: name } = await begin();
  await takeAs("one", 60_000);
  await putFailed(["t_1"]);
  await queue().bulkActs.abort(name);
  expect(await step({ name, holder: "one", ids: ["t_1"] })).toBe("over");
  expect(await redis().zcard(`${queuePrefix}failed`)).toBe(1);
  expect(await queue().bulkActs.find(name)).toMatchObject({ status: "aborted", done: 0 });
});

test("a task that cannot be acted on is skipped and holds up no other", async () => {
  const { id: name } = await begin();
  await takeAs("one");
  await putFailed(["t_1", "t_2", "t_3"]);
  await redis().set(`${queuePrefix}t_2`, "another client's");
  expect(await step({ name, holder: "one", ids: ["t_1", "t_2", "t_3"] })).toBe("running");
  expect(await queue().bulkActs.find(name)).toMatchObject({ done: 2, skipped: 1 });
});

test("a process that stops takes nothing more, however much goes on", async () => {
  for (let count = 0; count < 9; count++) await begin();
  const runner = queue().runBulkActs(() => undefined);
  await begin();
  await runner.close();
  expect(await takeAs("another")).toBeDefined();
});

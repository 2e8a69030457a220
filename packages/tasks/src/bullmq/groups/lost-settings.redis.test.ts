import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { expect, test } from "vitest";
import { createGate, useTasks } from "../testing/task-fixture.ts";

const { queue, redis, startWorker, settled } = useTasks();
const { groups } = checkSettings({
  groups: { "*": { concurrency: 2 }, mail: { concurrency: 3, rate: { max: 5, per: "1h" } } },
});

test("settings of the file hold again when Redis has forgotten everything under running workers, and tasks run under them", async () => {
  const gate = createGate();
  await startWorker(gate.run, { groups });
  await startWorker(gate.run, { groups });
  await redis().flushall();
  await eventually(async () => {
    expect((await queue().groups.get("mail")).settings).toMatchObject({ concurrency: 3, rate: { max: 5 } });
    expect((await queue().groups.get("other")).settings).toMatchObject({ concurrency: 2 });
  });
  const names = ["a", "b", "c", "d"];
  const ids = await Promise.all(
    names.map(async (data) => (await queue().enqueue({ handler: "test", data, group: "other" })).task.id),
  );
  await eventually(() => expect(gate.running().toSorted()).toEqual(["a", "b"]));
  await gate.releaseAll(names);
  await Promise.all(ids.map(settled));
});

test("a worker that writes the settings of its file again opens no window of a rate that is used up", async () => {
  await startWorker(() => Promise.resolve({ kind: "succeeded", result: null }), { groups });
  for (let index = 0; index < 6; index++) await queue().enqueue({ handler: "test", group: "mail" });
  await eventually(async () =>
    expect(await queue().groups.get("mail")).toMatchObject({ status: "limited", waiting: 1 }),
  );
  await startWorker(() => Promise.resolve({ kind: "succeeded", result: null }), { groups });
  expect(await queue().groups.get("mail")).toMatchObject({ status: "limited", waiting: 1 });
});

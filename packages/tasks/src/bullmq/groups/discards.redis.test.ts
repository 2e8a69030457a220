import { eventually } from "@switchyard/testkit/eventually";
import { afterEach, expect, test } from "vitest";
import type { RunAttempt } from "../../task-worker.ts";
import { createGate, useTasks } from "../testing/task-fixture.ts";

const { queue, redis, startWorker, settled, queuePrefix, groupKeys } = useTasks();
const fail: RunAttempt = () => Promise.resolve({ kind: "failed", code: "handler_failed", message: "no", final: true });
const enqueue = async (group = "g", options: object = {}) =>
  (await queue().enqueue({ handler: "test", data: "runs", group, ...options })).task.id;
/** Of what the queue itself keeps. */
const keysOf = (id: string) => redis().keys(`${queuePrefix}${id}*`);

const relieve = () => redis().config("SET", "maxmemory", "0");
afterEach(relieve);

async function failMany(count: number, group = "g"): Promise<readonly string[]> {
  const worker = await startWorker(fail);
  const ids = await Promise.all(Array.from({ length: count }, () => enqueue(group)));
  await Promise.all(ids.map(settled));
  await worker.close();
  return ids;
}

test("a discarded dead letter leaves nothing but its record, which keeps its failure, and cannot be run again", async () => {
  const [id = "", other = ""] = await failMany(2);
  const failed = await queue().find(id);
  expect(await queue().discard(id)).toEqual({ verdict: "discarded", record: failed });
  expect(failed).toMatchObject({ status: "failed", error: { message: "no" } });
  expect(await keysOf(id)).toEqual([]);
  expect((await queue().groups.deadLetters("g", {})).items.map((letter) => letter.id)).toEqual([other]);
  expect((await queue().search.find({ status: "failed" })).tasks.map((task) => task.id)).toEqual([other]);
  expect((await queue().search.find({ id })).tasks).toMatchObject([{ id, status: "failed", error: { message: "no" } }]);
  expect(await queue().retry(id)).toMatchObject({ verdict: "gone" });
  expect(await queue().discard(id)).toEqual({ verdict: "gone", record: failed });
});

test("what is no dead letter is left as it is, and said to be none", async () => {
  const gate = createGate();
  await startWorker(gate.run);
  const [running, waiting] = [await enqueue(), await enqueue()];
  await eventually(() => expect(gate.started).toHaveLength(1));
  for (const id of [running, waiting]) expect(await queue().discard(id)).toMatchObject({ verdict: "not_failed" });
  expect(await queue().discard("t_unknown")).toEqual({ verdict: "unknown" });
  await gate.release("runs");
  await gate.release("runs");
  for (const id of [running, waiting]) expect(await settled(id)).toMatchObject({ status: "succeeded" });
  expect(await queue().discard(running)).toMatchObject({ verdict: "not_failed" });
});

test("all dead letters of a group are discarded, also while Redis is full, and those of others stay", async () => {
  await failMany(60);
  await failMany(1, "other");
  await redis().config("SET", "maxmemory", "1");
  expect(await queue().groups.discard("g")).toBe(60);
  await relieve();
  expect(await queue().groups.get("g")).toMatchObject({ deadLetters: 0 });
  expect(await queue().groups.trouble()).toMatchObject({ dead: 1, deadGroups: [{ group: "other" }] });
  expect(await queue().groups.discard("other")).toBe(1);
  expect(await groupKeys()).toEqual([]);
});

test("those that match a filter are discarded at a rate, and what has failed since is left alone", async () => {
  const runner = queue().runBulkActs(() => undefined);
  const ids = await failMany(12);
  const { untilMs, matched } = await queue().bulkActs.count({ act: "discard", filter: { group: "g" } });
  expect(matched).toBe(12);
  const since = ids[4] ?? "";
  await redis().zadd(`${queuePrefix}failed`, untilMs + 1, since);
  const filter = { group: "g", reason: "no" };
  const { id } = await queue().bulkActs.begin({ act: "discard", filter, perSecond: 1_000, by: "ann", untilMs });
  await eventually(async () => expect((await queue().bulkActs.find(id))?.status).toBe("finished"));
  expect(await queue().bulkActs.find(id)).toMatchObject({ act: "discard", done: 11, skipped: 1 });
  expect((await queue().groups.deadLetters("g", {})).items).toMatchObject([{ id: since }]);
  await expect(queue().bulkActs.count({ act: "discard", filter: { status: "queued" } })).rejects.toThrow(
    "filter.status: `discard` acts on tasks that are failed",
  );
  await runner.close();
});

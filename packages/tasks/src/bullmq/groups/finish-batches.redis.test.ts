import { checkSettings } from "@switchyard/runtime/load-settings";
import { eventually } from "@switchyard/testkit/eventually";
import { expect, onTestFinished, test } from "vitest";
import type { BullWorkerOptions } from "../bullmq-worker.ts";
import { createGate, useTasks } from "../testing/task-fixture.ts";

const { queue, redis, startWorker, settled, queuePrefix } = useTasks();

/** Tasks of a group each, all of them running. */
async function runTogether(
  gate: ReturnType<typeof createGate>,
  names: readonly string[],
  options: Partial<BullWorkerOptions> = {},
): Promise<string[]> {
  await startWorker(gate.run, options);
  const replies = await queue().enqueueMany(names.map((data) => ({ handler: "test", group: data, data })));
  await eventually(() => expect(gate.running()).toHaveLength(names.length));
  return replies.map((reply) => {
    if (reply instanceof Error) throw reply;
    return reply.task.id;
  });
}

/** How many scripts Redis has run; the first of a kind comes as its text. */
const scripts = async () => {
  const stats = await redis().info("commandstats");
  return [...stats.matchAll(/^cmdstat_eval(?:sha)?:calls=(\d+)/gm)].reduce((sum, [, calls]) => sum + Number(calls), 0);
};

test("attempts that end together reach Redis in a few scripts, and each is told its own next task", async () => {
  const gate = createGate();
  const names = Array.from({ length: 20 }, (_, index) => `first${index}`);
  // With so long a lock it neither renews nor looks for lost tasks meanwhile: those would be scripts, too.
  const ids = await runTogether(gate, names, { settings: checkSettings({ tasks: { lock_duration: "60s" } }).tasks });
  const next = names.map((name) => name.replace("first", "next"));
  await queue().enqueueMany(names.map((name, index) => ({ handler: "test", group: name, data: next[index] })));
  const before = await scripts();
  gate.releaseNow(names);
  await eventually(() => expect(gate.running().toSorted()).toEqual(next.toSorted()));
  // Three, of seven, seven and six; some more when they do not come together.
  expect((await scripts()) - before).toBeLessThan(10);
  for (const [index, id] of ids.entries()) expect(await settled(id)).toMatchObject({ result: names[index] });
});

test("of tasks that end together each end is told to who listens for it, and none to nobody", async () => {
  const gate = createGate();
  const names = ["a", "b", "c", "d"];
  const ids = await runTogether(gate, names);
  const ear = redis().duplicate();
  const heard: string[] = [];
  ear.on("message", (channel: string) => heard.push(channel));
  await ear.subscribe(`{test:tasks}:settled:${ids[2]}`);
  await redis().config("RESETSTAT");
  gate.releaseNow(names);
  await eventually(() => expect(heard).toEqual([`{test:tasks}:settled:${ids[2]}`]));
  await eventually(async () => expect(await redis().zcard(`${queuePrefix}completed`)).toBe(names.length));
  expect(/^cmdstat_publish:calls=(\d+)/m.exec(await redis().info("commandstats"))?.[1]).toBe("1");
  ear.disconnect();
});

/** What may come over one task of several. */
const troubles = {
  "Redis refuses": (id: string) => redis().set(`${queuePrefix}${id}:dependencies`, "not a set"),
  "breaks the script": (id: string) => redis().set(`{test:tasks}:record:${id}`, "not a record"),
  "is another worker's by now": (id: string) => redis().set(`${queuePrefix}${id}:lock`, "another"),
} as const;

test.each(Object.keys(troubles) as (keyof typeof troubles)[])(
  "an end that %s fails alone: those before and behind it in its script are written",
  async (kind) => {
    const gate = createGate();
    const [before = "", bad = "", after = ""] = await runTogether(gate, ["before", "bad", "after"]);
    await troubles[kind](bad);
    gate.releaseNow(["before", "bad", "after"]);
    expect(await settled(before)).toMatchObject({ status: "succeeded", result: "before" });
    expect(await settled(after)).toMatchObject({ status: "succeeded", result: "after" });
    // The record alone does not tell: BullMQ fails a job whose end was refused, and the record says how the handler ended.
    expect(await redis().zmscore(`${queuePrefix}completed`, before, after)).not.toContain(null);
    // The bad one is started again when its lock has run out.
    expect(gate.started.filter((name) => name !== "bad").toSorted()).toEqual(["after", "before"]);
  },
);

test("tasks of a group that fail together are dead letters in the order in which they failed", async () => {
  await queue().groups.configure("g", { concurrency: 7 });
  const gate = createGate();
  await startWorker(async (attempt) => {
    await gate.run(attempt);
    return { kind: "failed", code: "handler_failed", message: String(attempt.task.data), final: true };
  });
  const names = Array.from({ length: 7 }, (_, index) => `t${index}`);
  await queue().enqueueMany(names.map((data) => ({ handler: "test", group: "g", data })));
  await eventually(() => expect(gate.running()).toHaveLength(7));
  const order = gate.running();
  gate.releaseNow(order);
  await eventually(async () => expect((await queue().groups.get("g")).deadLetters).toBe(7));
  // The newest first.
  const { items } = await queue().groups.deadLetters("g", {});
  expect(items.map(({ reason }) => reason)).toEqual(order.toReversed());
});

test("who listens by a pattern hears the end of every task, though Redis counts listeners by name alone", async () => {
  const watcher = redis().duplicate();
  onTestFinished(() => watcher.disconnect());
  const heard = new Set<string>();
  watcher.on("pmessage", (_pattern, name: string) => heard.add(name));
  await watcher.psubscribe("{test:tasks}:settled:*");
  const gate = createGate();
  const names = Array.from({ length: 15 }, (_, index) => `heard${index}`);
  const ids = await runTogether(gate, names);
  gate.releaseNow(names);
  await eventually(() => expect(heard).toEqual(new Set(ids.map((id) => `{test:tasks}:settled:${id}`))));
});

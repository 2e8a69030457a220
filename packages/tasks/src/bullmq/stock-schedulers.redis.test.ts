import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "@switchyard/testkit/eventually";
import { type ConnectionOptions, FlowProducer, Queue } from "bullmq";
import { afterEach, expect, test } from "vitest";
import type { RunAttempt } from "../task-worker.ts";
import { useTasks } from "./testing/task-fixture.ts";

/** What BullMQ's own job schedulers and flows do on our queue, and what they do not; docs/schedules.md says it. */

const { queue, url, startWorker } = useTasks();
const stock = () => ({ connection: { url: url() } as ConnectionOptions, prefix: "{test:tasks}" });
const open: { close(): Promise<void> }[] = [];
const opened = <T extends { close(): Promise<void> }>(one: T): T => {
  open.push(one);
  return one;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

function runLog() {
  const ids: string[] = [];
  const run: RunAttempt = ({ task }) => {
    ids.push(task.id);
    return Promise.resolve({ kind: "succeeded", result: task.data });
  };
  return { ids, run };
}

test("a job scheduler of BullMQ runs its jobs as tasks with records, and not before the one in front has begun", async () => {
  const { ids, run } = runLog();
  await startWorker(run);
  await queue().groups.pause("g");
  const board = opened(new Queue("tasks", stock()));
  await board.upsertJobScheduler("nightly", { every: 500 }, { name: "test", data: { data: 7, group: "g" } });
  await queue().schedules.put("ours", { everyMs: 1_000, overlap: "allow", task: { handler: "test", group: "g" } });
  await sleep(3_200);
  // A paused group stops the clock of theirs: the next is made when the one before begins. Ours has counted on.
  expect((await queue().schedules.get("ours"))?.counts.fired).toBeGreaterThanOrEqual(2);
  expect(await board.getJobCountByTypes("delayed", "waiting", "prioritized", "active")).toBeLessThanOrEqual(1 + 4);
  const theirs = () => ids.filter((id) => id.startsWith("repeat:nightly:"));
  expect(theirs()).toEqual([]);
  await queue().groups.resume("g");
  await eventually(() => expect(theirs().length).toBeGreaterThanOrEqual(2), { timeoutMs: 10_000 });
  const [first = ""] = theirs();
  await eventually(async () =>
    expect(await queue().find(first)).toMatchObject({ status: "succeeded", result: 7, handler: "test", group: "g" }),
  );
  // What was not made while the group was paused never is.
  const [one = 0, two = 0] = theirs().map((id) => Number(id.split(":").at(-1)));
  expect(two - one).toBeGreaterThan(2_000);
  await board.removeJobScheduler("nightly");
});

test("a flow of BullMQ runs the parent as a task when its children have succeeded", async () => {
  const { ids, run } = runLog();
  await startWorker(run);
  const flows = opened(new FlowProducer(stock()));
  const child = (name: string) => ({ name: "test", queueName: "tasks", data: { data: name, group: "g" } });
  const { job, children = [] } = await flows.add({ ...child("parent"), children: [child("a"), child("b")] });
  const names = [...children.map((one) => one.job.id), job.id];
  await eventually(() => expect(ids).toHaveLength(3), { timeoutMs: 10_000 });
  expect(new Set(ids.slice(0, 2))).toEqual(new Set(names.slice(0, 2)));
  expect(ids[2]).toBe(job.id);
  await eventually(async () => expect(await queue().find(job.id ?? "")).toMatchObject({ status: "succeeded" }));
});

test("a parent whose child has failed waits on, as BullMQ has it by default, and one whose child was cancelled runs without it", async () => {
  const fail: RunAttempt = () =>
    Promise.resolve({ kind: "failed", code: "handler_failed", message: "no", final: true });
  const flows = opened(new FlowProducer(stock()));
  const board = opened(new Queue("tasks", stock()));
  const child = (name: string) => ({ name: "test", queueName: "tasks", data: { data: name, group: name } });
  await queue().groups.pause("cancelled");
  const parents = [];
  for (const name of ["failed", "cancelled"]) {
    const { job, children = [] } = await flows.add({ ...child("parent"), children: [child(name)] });
    parents.push({ job, name, child: children[0]?.job.id ?? "" });
  }
  await startWorker(fail);
  await queue().cancel(parents[1]?.child ?? "");
  for (const { job, name, child: id } of parents) {
    await eventually(async () => expect(await queue().find(id)).toMatchObject({ status: name }));
    const state = name === "failed" ? "waiting-children" : "failed";
    await eventually(async () => expect([name, await board.getJobState(job.id ?? "")]).toEqual([name, state]));
  }
});

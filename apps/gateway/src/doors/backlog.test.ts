import { expect, test } from "vitest";
import { Backlog } from "./backlog.ts";

function createBacklog() {
  const begun: number[] = [];
  const flow: string[] = [];
  const finish: (() => void)[] = [];
  const run = (id: number) => {
    begun.push(id);
    return new Promise<void>((resolve) => finish.push(resolve));
  };
  const backlog = new Backlog(run, { pause: () => flow.push("pause"), resume: () => flow.push("resume") });
  const finishNext = async () => {
    finish.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { backlog, begun, flow, finishNext };
}

test("a command begins when the one before it has ended", async () => {
  const { backlog, begun, finishNext } = createBacklog();
  for (const id of [1, 2, 3]) backlog.add(id);
  backlog.work();
  backlog.work();
  expect(begun).toEqual([1]);
  await finishNext();
  expect(begun).toEqual([1, 2]);
  backlog.add(4);
  for (let count = 0; count < 3; count++) await finishNext();
  expect(begun).toEqual([1, 2, 3, 4]);
});

test("a client that is served slower than it sends is not read until fewer than 64 wait", async () => {
  const { backlog, flow, finishNext } = createBacklog();
  for (let id = 1; id <= 70; id++) backlog.add(id);
  expect(flow).toEqual(["pause"]);
  backlog.work();
  for (let count = 0; count < 70; count++) await finishNext();
  expect(flow).toEqual(["pause", "resume"]);
});

test("who waits for the last command is told when it has ended, and at once when none is there", async () => {
  const { backlog, finishNext } = createBacklog();
  await backlog.idle();
  backlog.add(1);
  backlog.work();
  const order: string[] = [];
  const idle = backlog.idle().then(() => order.push("idle"));
  await new Promise((resolve) => setImmediate(resolve));
  order.push("ended");
  await finishNext();
  await idle;
  expect(order).toEqual(["ended", "idle"]);
});

import type { EnqueueRequest } from "@switchyard/tasks/task-queue";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import { expect, test } from "vitest";
import { enqueueAll } from "./enqueue-all.ts";

const requests = Array.from({ length: 25 }, (_, n): EnqueueRequest => ({ handler: "hub.notify", data: n }));
/** What is said of a command that has never left. */
const notSent = new Error("Redis is not connected");

/** A queue that takes so many calls, and then fails. */
function queueTaking(calls: number, failure: unknown) {
  let left = calls;
  return {
    enqueueMany: async (some: readonly EnqueueRequest[]) => {
      if (left-- === 0) throw failure;
      return some.map(({ data }) => ({
        task: { id: `t_${String(data)}` as never, group: "" as never, user: "" },
        duplicate: false,
      }));
    },
  };
}

test("all of many are enqueued, in their order", async () => {
  const ids = await enqueueAll(requests, { queue: queueTaking(13, notSent) });
  expect(ids).toEqual(requests.map(({ data }) => `t_${String(data)}`));
});

test("what has not arrived is told as it is where it is the first, and behind others that were taken as the cause only", async () => {
  await expect(enqueueAll(requests, { queue: queueTaking(0, notSent) })).rejects.toBe(notSent);
  const later = await enqueueAll(requests, { queue: queueTaking(1, notSent) }).catch((error: unknown) => error);
  expect(later).not.toBe(notSent);
  expect(later).toHaveProperty("cause", notSent);
});

test("a rejection stays what it is", async () => {
  const full = new TaskRejection("group_full", "group", "holds 5 waiting tasks");
  const rejecting = { enqueueMany: async (some: readonly unknown[]) => some.map(() => full) };
  await expect(enqueueAll(requests, { queue: rejecting })).rejects.toBe(full);
});

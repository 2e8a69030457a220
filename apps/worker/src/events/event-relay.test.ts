import type { BatchReport, EventBatch } from "@switchyard/broker/event-outbox";
import { createLogger } from "@switchyard/runtime/logger";
import type { EnqueueRequest, TaskQueue } from "@switchyard/tasks/task-queue";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import { Registry } from "prom-client";
import { expect, test, vi } from "vitest";
import { type Receiver, tellBatch } from "./event-batch-body.ts";
import type { EventDelivery } from "./event-delivery.ts";
import { createEventMetrics } from "./event-metrics.ts";
import { startEventRelay } from "./event-relay.ts";

/** What becomes of batches, by how the lanes of the queue are; that the queue keeps its lanes is tested with it, and end to end. */

const receiverOf = (name: string, types: Receiver["types"] = []): Receiver => {
  return {
    name,
    url: `http://${name}.example/`,
    handler: "",
    secret: "a-secret-of-the-receiver",
    previous_secret: "",
    types,
  };
};
const json = (type: string, key: string) => `{"type":"${type}","key":"${key}"}`;
const batch: EventBatch = {
  id: "evb_1",
  timeMs: 1_700_000_000_000,
  events: ["user.online", "user.offline", "channel.occupied"].map((type) => ({ type, json: json(type, "k") })),
  dropped: new Map([["one", 4]]),
};

interface Stage {
  readonly receivers: readonly Receiver[];
  readonly waiting?: Readonly<Record<string, number>>;
  readonly refuses?: TaskRejection;
  readonly gone?: readonly string[];
}

async function relay({ receivers, waiting = {}, refuses, gone: goneNames = [] }: Stage) {
  vi.useFakeTimers();
  const enqueued: EnqueueRequest[] = [];
  const done: BatchReport[] = [];
  const left = [batch];
  const queue = {
    async enqueue(request: EnqueueRequest) {
      if (refuses !== undefined) throw refuses;
      enqueued.push(request);
    },
    groups: { get: async (group: string) => ({ waiting: waiting[group.slice("webhook:events.".length, -2)] ?? 0 }) },
  } as unknown as TaskQueue;
  const outbox = {
    lanes: [3],
    take: async () => left[0],
    async done(_lane: number, _batch: EventBatch, report: BatchReport) {
      left.pop();
      done.push(report);
    },
  };
  const metrics = createEventMetrics([new Registry()]);
  const logger = createLogger({ app: "test", level: "fatal" });
  const gone = { has: (name: string) => goneNames.includes(name), refresh: async () => undefined };
  const close = startEventRelay({ receivers, outbox, queue, gone, metrics, logger });
  await vi.advanceTimersByTimeAsync(300);
  await close();
  vi.useRealTimers();
  return { enqueued, done };
}

test("each receiver is told what it wants, in its own lane, and how much it has missed; keys follow from the batch", async () => {
  const receivers = [
    receiverOf("one"),
    receiverOf("two", ["user.offline"]),
    receiverOf("three", ["message.published"]),
  ];
  const { enqueued, done } = await relay({ receivers });
  expect(enqueued.map(({ group, idempotencyKey }) => [group, idempotencyKey])).toEqual([
    ["webhook:events.one:3", "events:evb_1:one"],
    ["webhook:events.two:3", "events:evb_1:two"],
  ]);
  const bodies = enqueued.map(
    ({ data }) => JSON.parse((data as EventDelivery).body) as { data: { dropped: number; events: unknown[] } },
  );
  expect(bodies.map(({ data }) => [data.dropped, data.events.length])).toEqual([
    [4, 3],
    [0, 1],
  ]);
  expect(done).toEqual([{ told: new Set(["one", "two"]), lost: new Map() }]);
});

test("while everybody who wants it is behind a batch stays, and events gather behind it", async () => {
  const receivers = [
    receiverOf("one"),
    receiverOf("two", ["user.offline"]),
    receiverOf("three", ["message.published"]),
  ];
  const { enqueued, done } = await relay({ receivers, waiting: { one: 8, two: 8 } });
  expect([enqueued, done]).toEqual([[], []]);
});

test("one of several that stands still holds up no other, and what its full lane does not take is counted", async () => {
  const receivers = [receiverOf("one"), receiverOf("two", ["user.offline"])];
  const { enqueued, done } = await relay({ receivers, waiting: { two: 256 } });
  expect(enqueued.map(({ group }) => group)).toEqual(["webhook:events.one:3"]);
  expect(done).toEqual([{ told: new Set(["one"]), lost: new Map([["two", 1]]) }]);
});

test("nothing is sent to one that is gone, nobody waits for it, and what it would have been told is counted", async () => {
  const receivers = [receiverOf("one"), receiverOf("two")];
  const { enqueued, done } = await relay({ receivers, gone: ["two"] });
  expect(enqueued.map(({ group }) => group)).toEqual(["webhook:events.one:3"]);
  expect(done).toEqual([{ told: new Set(["one"]), lost: new Map([["two", 3]]) }]);
  const others = await relay({ receivers, gone: ["two"], waiting: { one: 8 } });
  expect([others.enqueued, others.done]).toEqual([[], []]);
  const alone = await relay({ receivers: [receiverOf("two")], gone: ["two"], waiting: { two: 8 } });
  expect(alone.done).toEqual([{ told: new Set(), lost: new Map([["two", 3]]) }]);
});

test("what the queue refuses for good is counted as lost, and what it has under other settings is there", async () => {
  const receivers = [receiverOf("one")];
  const tooLarge = await relay({ receivers, refuses: new TaskRejection("data_too_large", "data", "is too large") });
  expect(tooLarge.done).toEqual([{ told: new Set(), lost: new Map([["one", 3]]) }]);
  const known = await relay({
    receivers,
    refuses: new TaskRejection("idempotency_conflict", "idempotencyKey", "is known"),
  });
  expect(known.done).toEqual([{ told: new Set(["one"]), lost: new Map() }]);
});

test("the same batch makes the same bytes", () => {
  const one = receiverOf("one");
  expect(tellBatch(batch, one)?.body).toBe(tellBatch(structuredClone(batch), one)?.body);
});

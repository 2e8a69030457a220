import type { BatchReport, EventBatch, EventOutbox } from "@switchyard/broker/event-outbox";
import type { Logger } from "@switchyard/runtime/logger";
import { eventsHandler } from "@switchyard/tasks/task";
import type { EnqueueRequest, TaskQueue } from "@switchyard/tasks/task-queue";
import { enqueueOrDrop, startRelayLoop } from "../relay-loop.ts";
import type { EventMetrics } from "./event-metrics.ts";
import { tellBatch, type Receiver, type ToldBatch } from "./event-batch-body.ts";
import { deliveryGroup, type EventDelivery, sealOf } from "./event-delivery.ts";
import type { GoneReceivers } from "./gone-receivers.ts";

export interface EventRelayOptions {
  readonly receivers: readonly Receiver[];
  readonly outbox: Pick<EventOutbox, "lanes" | "take" | "done">;
  readonly queue: Pick<TaskQueue, "enqueue" | "groups">;
  readonly gone: Pick<GoneReceivers, "has" | "refresh">;
  readonly metrics: EventMetrics;
  readonly logger: Pick<Logger, "warn">;
}

/** A second at first, twice as long each time: some four minutes in all. Meanwhile the lane waits, for what comes later must not overtake. */
const retries = { attempts: 9, backoff: { kind: "exponential", delayMs: 1_000 } } as const;
const timeoutMs = 15_000;
const resultTtlMs = 3_600_000;

/** Requests of a lane from which on events collect instead, so that each request brings up to a hundred. */
const behindFrom = 8;
/** Requests of a lane that wait for one receiver while others go on. What comes then is lost to it, and it is told how much. */
const laneMax = 256;

/**
 * Makes tasks of what has happened, one for each receiver and batch; the queue brings them there and tries again. Any number of workers do
 * so at the same time. A batch is forgotten only when its tasks are in the queue, and their keys follow from it, so one that is found again,
 * because its worker has died or another one was as quick, makes the same tasks.
 * @returns ends it
 */
export function startEventRelay(options: EventRelayOptions): () => Promise<void> {
  const { receivers, outbox, queue, gone, metrics, logger } = options;
  const relaying = { queue, receivers: "receivers", logger };

  async function relay(lane: number): Promise<void> {
    for (let batch = await outbox.take(lane); batch !== undefined; batch = await outbox.take(lane)) {
      const report = await hand(lane, batch);
      // Taken again by the next look, and events gather behind it.
      if (report === undefined) return;
      await outbox.done(lane, batch, report);
    }
  }

  /** Undefined: everybody who wants it is behind. */
  async function hand(lane: number, batch: EventBatch): Promise<BatchReport | undefined> {
    const told = new Set<string>();
    const lost = new Map<string, number>();
    const wanted = receivers.flatMap((receiver) => {
      const tells = tellBatch(batch, receiver);
      return tells === undefined ? [] : [{ receiver, tells }];
    });
    const states = await Promise.all(wanted.map(({ receiver }) => queue.groups.get(deliveryGroup(receiver, lane))));
    const isGone = wanted.map(({ receiver }) => gone.has(receiver.name));
    const listening = states.filter((_, index) => isGone[index] !== true);
    if (listening.length > 0 && listening.every(({ waiting }) => waiting >= behindFrom)) return undefined;
    for (const [index, { receiver, tells }] of wanted.entries()) {
      const isFull = (states[index]?.waiting ?? 0) >= laneMax;
      const isTold =
        isGone[index] !== true &&
        !isFull &&
        (await enqueueOrDrop(requestOf(receiver, { lane, id: batch.id }, tells), relaying));
      if (isTold) told.add(receiver.name);
      else lost.set(receiver.name, tells.events);
      (isTold ? metrics.relayed : metrics.lost).inc({ receiver: receiver.name }, tells.events);
    }
    return { told, lost };
  }

  return startRelayLoop({
    ...relaying,
    async relay() {
      await gone.refresh(performance.now());
      await Promise.all(outbox.lanes.map(relay));
    },
  });
}

function requestOf(
  receiver: Receiver,
  { lane, id }: Pick<EventDelivery, "lane" | "id">,
  { body, events }: ToldBatch,
): EnqueueRequest {
  const data: EventDelivery = { receiver: receiver.name, lane, id, body, events, seal: sealOf(receiver, id, body) };
  return {
    handler: eventsHandler,
    group: deliveryGroup(receiver, lane),
    data,
    idempotencyKey: `events:${id}:${receiver.name}`,
    ...retries,
    timeoutMs,
    resultTtlMs,
  };
}

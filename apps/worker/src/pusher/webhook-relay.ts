import type { EventBatch, OccupancyEvents } from "@switchyard/broker/occupancy";
import type { PusherApp } from "@switchyard/pusher/apps";
import { sign } from "@switchyard/pusher/signature";
import type { Logger } from "@switchyard/runtime/logger";
import { webhookGroupPrefix } from "@switchyard/tasks/group-name";
import { webhookHandler } from "@switchyard/tasks/task";
import type { EnqueueRequest, TaskQueue } from "@switchyard/tasks/task-queue";
import { enqueueOrDrop, startRelayLoop } from "../relay-loop.ts";
import { webhookBody } from "./webhook-body.ts";

export interface WebhookRelayOptions {
  /** Those that have webhooks. */
  readonly apps: readonly PusherApp[];
  readonly events: Pick<OccupancyEvents, "take" | "done">;
  readonly queue: Pick<TaskQueue, "enqueue" | "groups">;
  readonly logger: Pick<Logger, "warn">;
}

/** What a task for a webhook carries. The signature is there before the task is: who has no secret of the app can make none. */
export interface WebhookDelivery {
  readonly app: string;
  readonly url: string;
  readonly body: string;
  readonly signature: string;
}

/** A second at first, twice as long each time: some four minutes in all, and then the events are old news. */
const retries = { attempts: 9, backoff: { kind: "exponential", delayMs: 1_000 } } as const;
/** A receiver that takes a request and never answers has the place of its lane for so long. */
const timeoutMs = 5_000;
const resultTtlMs = 3_600_000;

/** Requests that may wait for each receiver of an app; meanwhile events collect, so that each request brings up to a hundred. */
const waitingMax = 8;

/**
 * Requests that wait for one receiver while others of its app still answer: some minutes of a busy app. Beyond, the oldest gives way,
 * whose news is the stalest.
 */
const laneMax = 256;

/**
 * The lane of one receiver: in order while it answers, and a request between two attempts holds up none of the others. It is bounded by
 * itself, because its app goes on as long as any receiver answers.
 */
export const webhookGroupSettings = {
  concurrency: 1,
  on_failure: "skip",
  max_size: laneMax,
  on_full: "drop-oldest",
} as const;

export function webhookGroup({ id }: Pick<PusherApp, "id">, index: number): string {
  return `${webhookGroupPrefix}${id}:${index}`;
}

/**
 * Makes tasks of what has happened in the channels of apps, one for each receiver and batch; the queue sends them and tries again.
 * Any number of workers do so at the same time. A batch is forgotten only when its tasks are in the queue, and their keys follow from it,
 * so one that is found again, because its worker has died or another one was as quick, makes the same tasks.
 * @returns ends it
 */
export function startWebhookRelay({ apps, events, queue, logger }: WebhookRelayOptions): () => Promise<void> {
  const relaying = { queue, receivers: "webhooks", logger };

  async function relay(app: PusherApp): Promise<void> {
    for (let batch = await events.take(app.id); batch !== undefined; batch = await events.take(app.id)) {
      // Taken again by the next look, and events gather behind it.
      if (await isBehind(app)) return;
      for (const request of requestsOf(app, batch)) await enqueueOrDrop(request, relaying);
      await events.done(app.id, batch);
    }
  }

  /** All receivers of the app; one of several that stands still holds up none of the others. */
  async function isBehind(app: PusherApp): Promise<boolean> {
    const lanes = await Promise.all(app.webhooks.map((_, index) => queue.groups.get(webhookGroup(app, index))));
    return lanes.every(({ waiting }) => waiting >= waitingMax);
  }

  return startRelayLoop({ ...relaying, relay: () => Promise.all(apps.map(relay)) });
}

function requestsOf(app: PusherApp, batch: EventBatch): EnqueueRequest[] {
  return app.webhooks.flatMap((webhook, index) => {
    const body = webhookBody(batch, webhook);
    if (body === undefined) return [];
    const delivery: WebhookDelivery = { app: app.id, url: webhook.url, body, signature: sign(app.secret, body) };
    return [
      {
        handler: webhookHandler,
        group: webhookGroup(app, index),
        data: delivery,
        idempotencyKey: `webhook:${batch.id}:${index}`,
        ...retries,
        timeoutMs,
        resultTtlMs,
      },
    ];
  });
}

import { eventPolicy } from "@switchyard/broker/event-outbox";
import { lanes } from "@switchyard/broker/lanes";
import { createRedisEventOutbox } from "@switchyard/broker/redis-event-outbox";
import type { Logger } from "@switchyard/runtime/logger";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import type { RunAttempt } from "@switchyard/tasks/task-worker";
import type { EventMetrics } from "./event-metrics.ts";
import { deliveryGroup } from "./event-delivery.ts";
import { createEventHandler } from "./event-handler.ts";
import { startEventRelay } from "./event-relay.ts";
import { GoneReceivers } from "./gone-receivers.ts";

export interface OpenEvents {
  readonly settings: Pick<Settings, "redis" | "events" | "channel">;
  readonly queue: TaskQueue;
  readonly run: RunAttempt;
  readonly metrics: EventMetrics;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
}

export interface OpenedEvents {
  readonly handler: RunAttempt;
  /** Begins to look for events. */
  start(): void;
}

/** Undefined where nobody is told of anything: then nobody looks for what to tell. */
export async function openEvents(options: OpenEvents): Promise<OpenedEvents | undefined> {
  const { settings, queue, run, metrics, logger, stack } = options;
  const { redis, events } = settings;
  const { receivers } = events;
  if (receivers.length === 0) return undefined;
  warnIfNothingIsTold(settings, logger);
  const names = receivers.map(({ name }) => name);
  const outbox = stack.use(
    await createRedisEventOutbox({ redis, logger, tells: eventPolicy(events), receivers: names }),
  );
  const gone = new GoneReceivers({ receivers, outbox, metrics, logger });
  return {
    handler: createEventHandler({ receivers, outbox, gone, run, metrics }),
    start: () => stack.defer("event relay", startEventRelay({ receivers, outbox, queue, gone, metrics, logger })),
  };
}

/** Receivers may be there before anything is told; whoever waits for the first event should not have to guess. */
function warnIfNothingIsTold({ events, channel }: OpenEvents["settings"], logger: Pick<Logger, "warn">): void {
  const namespaces = [channel.without_namespace, ...channel.namespaces];
  if (events.kinds.length === 0 && namespaces.every(({ events: kinds }) => kinds.length === 0))
    logger.warn("receivers of events are told of nothing: set `events.kinds`, or `events` of a namespace");
}

/** In order and one at a time, also between two attempts: of the same key nothing overtakes. */
export function eventGroups({ events }: Pick<Settings, "events">): Settings["groups"] {
  const names = events.receivers.flatMap((receiver) => lanes.map((lane) => deliveryGroup(receiver, lane)));
  return Object.fromEntries(names.map((name) => [name, { concurrency: 1, on_failure: "block" } as const]));
}

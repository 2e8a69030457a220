import { knownChannelName } from "@switchyard/broker/channel-name";
import type { Publisher } from "@switchyard/broker/broker";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { createPublishStep } from "@switchyard/broker/publish-step";
import { createRedisPresenceReader } from "@switchyard/broker/redis-presence-reader";
import { createRedisPublisher } from "@switchyard/broker/redis-publisher";
import { createRedisInbox } from "@switchyard/inbox/redis-inbox";
import { observeEscalations, observeItems } from "@switchyard/notifications/notification-metrics";
import type { Logger } from "@switchyard/runtime/logger";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import { createBullQueue } from "@switchyard/tasks/bullmq-queue";
import type { RecordAnnouncement } from "@switchyard/tasks/record-announcement";
import { withPusherChannels } from "@switchyard/pusher/channel-rules";
import { escalateHandler, notifyHandler, publishHandlers, webhookHandler } from "@switchyard/tasks/task";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import type { RunAttempt } from "@switchyard/tasks/task-worker";
import type { Registry } from "prom-client";
import { createEscalateHandler } from "./handlers/escalate-handler.ts";
import { createNotifyHandler } from "./handlers/notify-handler.ts";
import { createPublishHandler } from "./handlers/publish-handler.ts";
import { createWebhookHandler } from "./pusher/webhook-handler.ts";

export interface HubsOwnHandlersOptions {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
  readonly announcement: RecordAnnouncement;
  readonly registry: Registry;
}

export interface HubsOwnHandlers {
  /** By name; the callback, which needs a secret, is not among them. */
  readonly hubsOwn: Map<string, RunAttempt>;
  readonly publisher: Publisher;
  readonly queue: TaskQueue;
}

/** What runs the hub's own handlers, over what they publish, notify and enqueue with. */
export async function openHubsOwnHandlers(options: HubsOwnHandlersOptions): Promise<HubsOwnHandlers> {
  const { settings, logger, stack, announcement, registry } = options;
  const { redis, handlers, tasks, channel } = settings;
  const rules = withPusherChannels(createChannelRules(channel), settings.pusher);
  const step = createPublishStep({ prefix: redis.prefix, rules });
  const opening = [
    createRedisPublisher({ redis, logger, rules }),
    createRedisInbox({ redis, settings: settings.inbox, logger, step }),
    createBullQueue({ redis, logger, settings: tasks, handlers, announcement }),
    createRedisPresenceReader({ redis, logger, maxBytes: channel.presence_max_size }),
  ] as const;
  // Each takes its time to say goodbye to a Redis that hangs, so they take it together.
  stack.defer("hub's own handlers", async () => {
    await Promise.allSettled(opening.map(async (one) => (await one).close()));
  });
  const [publisher, inbox, queue, presence] = await Promise.all(opening);
  // What was snoozed wakes on open pages, too.
  inbox.startWaking();

  const parts = { inbox, queue, onItem: observeItems(registry), onFired: observeEscalations(registry) };
  const bounds = { dataMaxBytes: settings.inbox.data_max_size, knowsPresence: channel.user_presence.enabled };
  const countConnections = async (user: string) => (await presence.stats(knownChannelName(`user:${user}`))).num_clients;
  const publish = createPublishHandler({ publisher, rules });
  const hubsOwn = new Map([
    ...publishHandlers.map((name) => [name, publish] as const),
    [notifyHandler, createNotifyHandler({ parts, bounds })],
    [webhookHandler, createWebhookHandler(settings.pusher.apps)],
    [escalateHandler, createEscalateHandler({ ...parts, countConnections })],
  ]);
  return { hubsOwn, publisher, queue };
}

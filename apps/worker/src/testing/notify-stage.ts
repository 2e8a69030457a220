import { createChannelRules } from "@switchyard/broker/channel-rules";
import { createPublishStep } from "@switchyard/broker/publish-step";
import type { Inbox } from "@switchyard/inbox/inbox";
import { createRedisInbox } from "@switchyard/inbox/redis-inbox";
import type { NotifyParts } from "@switchyard/notifications/notify";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { createReleaseStack } from "@switchyard/runtime/release-stack";
import { createBullQueue } from "@switchyard/tasks/bullmq-queue";
import type { EnqueueRequest } from "@switchyard/tasks/task-queue";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";

/** What the handlers that write inboxes stand on, over a Redis of its own; for their tests. */
export interface NotifyStage {
  readonly server: TestRedis;
  readonly inbox: Inbox;
  readonly parts: NotifyParts;
  /** What was enqueued, in its order. */
  readonly enqueued: EnqueueRequest[];
  reset(): Promise<void>;
  close(): Promise<void>;
}

export async function openNotifyStage(): Promise<NotifyStage> {
  const stack = createReleaseStack();
  const server = await startTestRedis();
  const { channel, redis, ...settings } = checkSettings({ redis: { url: server.url } });
  const logger = createLogger({ app: "test", level: "silent" });
  const step = createPublishStep({ prefix: redis.prefix, rules: createChannelRules(channel) });
  const inbox = stack.use(await createRedisInbox({ redis, settings: settings.inbox, logger, step }));
  const queue = stack.use(await createBullQueue({ redis, logger, settings: settings.tasks, handlers: {} }));
  const enqueued: EnqueueRequest[] = [];
  const enqueueMany = (requests: readonly EnqueueRequest[]) => {
    enqueued.push(...requests);
    return queue.enqueueMany(requests);
  };
  return {
    server,
    inbox,
    parts: { inbox, queue: { enqueueMany } },
    enqueued,
    async reset() {
      enqueued.length = 0;
      await server.flush();
    },
    async close() {
      await stack.close();
      await server.close();
    },
  };
}

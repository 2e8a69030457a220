import { createChannelRules } from "@switchyard/broker/channel-rules";
import { createPublishStep } from "@switchyard/broker/publish-step";
import type { Inbox } from "@switchyard/inbox/inbox";
import { type InboxUser, parseInboxUser } from "@switchyard/inbox/inbox-user";
import { itemIdOf, notificationIdOf } from "@switchyard/inbox/notification-id";
import { parseNotification } from "@switchyard/inbox/parse-notification";
import { createRedisInbox } from "@switchyard/inbox/redis-inbox";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { build } from "hdr-histogram-js";
import { serveCalls } from "../process/serve-calls.ts";

/** Of one kind of call. */
export interface CallReading {
  readonly calls: number;
  readonly elapsedMs: number;
  /** From the call to its answer. */
  readonly ms: { readonly p50: number; readonly p99: number };
}

export interface InboxLoad {
  readonly users: number;
  /** Items of each user. */
  readonly each: number;
  /** Calls under way at one time. */
  readonly atOnce: number;
}

let inbox: Inbox | undefined;

/** A process that writes and reads inboxes as an api does, without HTTP. */
const inboxCalls = {
  async open({ redisUrl }: { redisUrl: string }): Promise<void> {
    const { inbox: settings, channel } = checkSettings({});
    const redis = { url: redisUrl, prefix: "sy" };
    const step = createPublishStep({ prefix: redis.prefix, rules: createChannelRules(channel) });
    inbox = await createRedisInbox({ redis, settings, logger: createLogger({ app: "bench", level: "silent" }), step });
  },
  add: ({ users, each, atOnce }: InboxLoad) =>
    timed(users * each, atOnce, (call) =>
      current().add(userOf(call % users), notificationOf(Math.floor(call / users))),
    ),
  /** As read, each item by its id. */
  mark: ({ users, each, atOnce }: InboxLoad) =>
    timed(users * each, atOnce, (call) => {
      const user = userOf(call % users);
      const id = itemIdOf(notificationOf(Math.floor(call / users)).id, user);
      return current().mark(user, { as: "read", target: { ids: [id] } });
    }),
  /** What a page begins with: the newest twenty and the counts. */
  snapshot: ({ users, atOnce }: InboxLoad) => timed(users, atOnce, (call) => current().snapshot(userOf(call))),
};
export type InboxCalls = typeof inboxCalls;

serveCalls(inboxCalls);

/** As many at once as asked for, each next one as soon as one has its answer. */
async function timed(calls: number, atOnce: number, run: (call: number) => Promise<unknown>): Promise<CallReading> {
  const latencies = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60e6,
    numberOfSignificantValueDigits: 3,
  });
  const beganMs = performance.now();
  let next = 0;
  async function lane(): Promise<void> {
    while (next < calls) {
      const call = next++;
      const calledMs = performance.now();
      await run(call);
      latencies.recordValue(Math.max(1, Math.round((performance.now() - calledMs) * 1_000)));
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane));
  const percentile = (share: number) => latencies.getValueAtPercentile(share) / 1_000;
  return { calls, elapsedMs: performance.now() - beganMs, ms: { p50: percentile(50), p99: percentile(99) } };
}

const userNames = new Map<number, InboxUser>();

function userOf(index: number): InboxUser {
  const known = userNames.get(index) ?? parseInboxUser(`user-${index}`);
  userNames.set(index, known);
  return known;
}

const notifications = new Map<number, ReturnType<typeof parseNotification>>();

/** An item as an application sends one: some 200 bytes of JSON. */
function notificationOf(index: number): ReturnType<typeof parseNotification> {
  const item = {
    title: `Order ${1_000 + index} was paid`,
    body: "Pack it by noon, and hand it to the courier with its papers.",
    category: "orders",
    url: `/orders/${1_000 + index}`,
    data: { order: 1_000 + index, branch: "north" },
  };
  const known =
    notifications.get(index) ?? parseNotification(notificationIdOf(`bench ${index}`), item, { dataMaxBytes: 4_096 });
  notifications.set(index, known);
  return known;
}

function current(): Inbox {
  if (inbox === undefined) throw new Error("open an inbox first");
  return inbox;
}

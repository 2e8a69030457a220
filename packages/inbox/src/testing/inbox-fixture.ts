import { readFileSync } from "node:fs";
import { parseExactJson } from "@switchyard/protocol/exact-json";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Redis } from "ioredis";
import type { AddReply, Inbox, InboxEvent, Notification, PageRequest } from "../inbox.ts";
import { type InboxUser, parseInboxUser } from "../inbox-user.ts";
import { type ItemId, notificationIdOf } from "../notification-id.ts";
import type { PublishStep } from "../redis/publish-step.ts";
import { createRedisInbox } from "../redis/redis-inbox.ts";
import { parseNotification } from "../requests/parse-notification.ts";
import type { ViewItem } from "./inbox-view.ts";

/** Inboxes over a Redis of their own, and what tests want to see of it. */
export interface InboxFixture {
  readonly server: TestRedis;
  readonly redis: Redis;
  readonly inbox: Inbox;
  /** Another process', with other settings perhaps. */
  open(settings?: Readonly<Record<string, unknown>>): Promise<Inbox>;
  /** A user nobody has met yet. */
  user(): InboxUser;
  /** Newest first. */
  items(user: InboxUser, status?: PageRequest["status"]): Promise<ShownItem[]>;
  /** Adds an item of this JSON text. */
  addRaw(user: InboxUser, name: string, json: string, dataMaxBytes?: number): Promise<AddReply>;
  /** Its time to expire has come; or to wake. */
  makeDue(user: InboxUser, id: ItemId): Promise<void>;
  makeAwake(user: InboxUser, id: ItemId): Promise<void>;
  /** What was told of a user, oldest first. */
  events(user: InboxUser): Promise<InboxEvent[]>;
  /** Keys of the inbox, without those of its channel, by the end of their name. */
  keys(user: InboxUser): Promise<string[]>;
  close(): Promise<void>;
}

export interface ShownItem extends ViewItem {
  readonly title: string;
  readonly times: number;
}

export async function startInboxFixture(): Promise<InboxFixture> {
  const server = await startTestRedis();
  const redis = new Redis(server.url);
  const logger = createLogger({ app: "test", level: "silent" });
  const opened: Inbox[] = [];
  const open: InboxFixture["open"] = async (settings = {}) => {
    const inbox = await createRedisInbox({
      redis: { url: server.url, prefix: "sy" },
      settings: checkSettings({ inbox: settings }).inbox,
      logger,
      step: plainStep("sy"),
    });
    opened.push(inbox);
    return inbox;
  };
  let users = 0;
  const inbox = await open();
  return {
    server,
    redis,
    inbox,
    open,
    user: () => parseInboxUser(`u${++users}`),
    async items(user, status = "all") {
      const { items } = await inbox.read(user, { status, limit: 100 });
      return items.map((item) => JSON.parse(item) as ShownItem);
    },
    addRaw: (user, name, json, dataMaxBytes = 4_096) =>
      inbox.add(user, parseNotification(notificationIdOf(name), parseExactJson(json), { dataMaxBytes })),
    makeDue: async (user, id) => void (await redis.zadd(`sy:{inbox:${user}}:inbox-due`, "XX", 1, id)),
    makeAwake: async (user, id) => void (await redis.zadd(`sy:{inbox:${user}}:inbox-snoozed`, "XX", 1, id)),
    async events(user) {
      const entries = await redis.xrange(`sy:{inbox:${user}}:stream`, "-", "+");
      return entries.map(([, fields]) => JSON.parse(fields[1] ?? "") as InboxEvent);
    },
    async keys(user) {
      const keys = await redis.keys(`sy:{inbox:${user}}:inbox-*`);
      return keys.map((key) => key.slice(key.lastIndexOf(":inbox-") + 7)).toSorted();
    },
    async close() {
      for (const inbox of opened) await inbox.close();
      redis.disconnect();
      await server.close();
    },
  };
}

/** A notification as a back end asks for it; the same `name` is the same one. */
export function notification(name: string, item: Readonly<Record<string, unknown>> = {}): Notification {
  const id = notificationIdOf(name);
  return parseNotification(id, { title: name, ...item }, { dataMaxBytes: 4_096 });
}

/** See plain-step.lua. The step of real channels is the broker's, which no inbox knows; apps test the two together. */
function plainStep(prefix: string): PublishStep {
  return {
    lua: readFileSync(new URL("./plain-step.lua", import.meta.url), "utf8"),
    keys: (channel) => ({ stream: `${prefix}:{${channel}}:stream`, meta: `${prefix}:{${channel}}:meta` }),
    terms: () => "epoch",
  };
}

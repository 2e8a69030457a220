import { connectRedis } from "@switchyard/redis/connect-redis";
import { redisFailure } from "@switchyard/redis/plain-words";
import { parseDurationMs } from "@switchyard/runtime/duration";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { ChangeReply, Inbox, InboxPage, Mark, Notification, PageRequest, Preferences } from "../inbox.ts";
import type { InboxUser } from "../inbox-user.ts";
import { itemIdOf } from "../notification-id.ts";
import { preferencesJson } from "../requests/parse-preferences.ts";
import { answered, type ScriptPlace } from "./define-script.ts";
import { inboxKeys, replaceKeyDigest } from "./inbox-keys.ts";
import { inboxScripts as scripts, joined } from "./inbox-scripts.ts";
import { createNotificationLog } from "./notification-log.ts";
import type { PublishStep } from "./publish-step.ts";
import { createWaking } from "./waking.ts";

export interface RedisInboxOptions {
  readonly redis: Settings["redis"];
  readonly settings: Settings["inbox"];
  readonly logger: Logger;
  /** The broker's `createPublishStep`. */
  readonly step: PublishStep;
}

/** Of a page, so that nobody keeps Redis from others. */
const pageMaxBytes = 262_144;
const snapshotItems = 20;
const snoozedMax = 50;

/**
 * Inboxes over one Redis, on a connection of their own.
 * @throws StartupError when Redis cannot be used now
 */
export async function createRedisInbox(options: RedisInboxOptions): Promise<Inbox> {
  const { redis, settings, logger, step } = options;
  const client = await connectRedis({
    url: redis.url,
    patience: "fail-fast",
    logger: logger.child({ role: "inbox" }),
    connectionName: "switchyard-inbox",
  });
  const { prefix } = redis;
  const place: ScriptPlace = { redis: client, prefix, step, ttlMs: parseDurationMs(settings.item_ttl) };
  const changes = changing(place, settings.max_items);
  const readings = reading(place);
  const { statuses } = readings;
  const { settle, remove } = changes;
  const waking = createWaking({ redis: client, prefix, settle, logger });
  return {
    ...changes,
    ...readings,
    ...createNotificationLog({ redis: client, prefix, statuses, remove }),
    async snooze(user, id, untilMs) {
      await waking.note(user, untilMs);
      return scripts.snooze.run(place, user, { id, untilMs, maxSnoozed: snoozedMax });
    },
    startWaking: () => waking.start(),
    check: () => client.ping().then(() => undefined, redisFailure),
    async close() {
      waking.close();
      await client.quit().catch(() => client.disconnect());
    },
  };
}

function changing(place: ScriptPlace, maxItems: number) {
  return {
    async add(user: InboxUser, notification: Notification) {
      const id = itemIdOf(notification.id, user);
      const { json, category, key, expiresAtMs, actions, critical } = notification;
      const args = {
        id,
        json,
        category: category === "" ? "-" : category,
        key: replaceKeyDigest(key),
        expiresAtMs,
        actions: `,${actions.map((action) => `${action},`).join("")}`,
        critical: critical ? 1 : 0,
        maxItems,
      };
      return { id, ...(await scripts.add.run(place, user, args)) };
    },
    mark: (user: InboxUser, { as, target }: Mark) =>
      scripts.mark.run(place, user, {
        as,
        upTo: target.upTo ?? "",
        category: target.upTo === undefined ? "" : (target.category ?? ""),
        ids: target.ids === undefined ? "" : joined(target.ids),
      }),
    see: (user: InboxUser, upTo: number) => scripts.seen.run(place, user, { upTo }),
    act: (user, id, action) => scripts.act.run(place, user, { id, action }),
    remove: (user, ids): Promise<ChangeReply> => scripts.remove.run(place, user, { ids: joined(ids) }),
    settle: (user) => scripts.settle.run(place, user, {}),
    async setPreferences(user: InboxUser, preferences: Preferences) {
      const { categories } = preferences;
      const muted = Object.keys(categories).filter((name) => categories[name]?.inbox === false);
      await scripts.prefer.run(place, user, { json: preferencesJson(preferences), muted: muted.join(" ") });
    },
    erase: (user) => scripts.erase.run(place, user, {}),
    rebuild: (user) => scripts.rebuild.run(place, user, {}),
  } satisfies Partial<Inbox>;
}

function reading(place: ScriptPlace) {
  const page = (user: InboxUser, { status, category = "", cursor, limit }: PageRequest, isKept: boolean) =>
    scripts.read.run(place, user, {
      status,
      category,
      cursor: cursor ?? "",
      limit,
      maxBytes: pageMaxBytes,
      isKept: isKept ? 1 : 0,
    });
  return {
    async read(user: InboxUser, request: PageRequest): Promise<InboxPage> {
      const { countsJson: _text, ...read } = await page(user, request, false);
      return read;
    },
    async counts(user) {
      const { counts, position } = await scripts.settle.run(place, user, {});
      return { counts, position };
    },
    statuses: (user, ids) => scripts.status.run(place, user, { ids: joined(ids) }),
    async snapshot(user) {
      const { items, countsJson, cursor, position } = await page(user, { status: "all", limit: snapshotItems }, true);
      return { dataJson: `{"items":[${items.join(",")}],"counts":${countsJson},"cursor":${cursor}}`, position };
    },
    async preferences(user): Promise<Preferences> {
      const key = inboxKeys(place.prefix, user).keys[9] ?? "";
      const json = await answered(place.redis.hget(key, "json"));
      const { quietHours, ...categories } = JSON.parse(json ?? "{}") as Record<string, never>;
      return { categories, ...(quietHours !== undefined && { quietHours }) };
    },
  } satisfies Partial<Inbox>;
}

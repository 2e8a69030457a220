import type { Redis } from "ioredis";
import type { Inbox } from "../inbox.ts";
import type { InboxUser } from "../inbox-user.ts";
import { itemIdOf, type NotificationId, notificationIdOf } from "../notification-id.ts";
import { InboxRejection } from "../inbox-rejection.ts";
import type { AddOutcome, ItemStatus, NotificationLog, NotificationReport, Recipient } from "../notification-log.ts";
import { answered } from "./define-script.ts";
import { idempotencyKeyKey, notificationKeys } from "./inbox-keys.ts";
import { createNote } from "./note.ts";

export interface NotificationLogOptions extends Pick<Inbox, "statuses" | "remove"> {
  readonly redis: Redis;
  readonly prefix: string;
}

const ttlMs = 7 * 86_400_000;
/** Inboxes that are asked at the same time: others' commands come in between. */
const together = 50;

/**
 * Notes what was sent to whom. A report and a recall walk over the recipients, so neither can disagree with the inboxes, and an inbox
 * knows nothing of notifications.
 */
export function createNotificationLog(options: NotificationLogOptions): NotificationLog {
  return { ...noting(options), ...lookingBack(options) };
}

function noting({ redis, prefix }: NotificationLogOptions) {
  const note = createNote(redis);
  return {
    async identify(idempotencyKey) {
      const fresh = notificationIdOf(undefined);
      const key = idempotencyKeyKey(prefix, idempotencyKey);
      return ((await answered(redis.set(key, fresh, "PX", ttlMs, "NX", "GET"))) ?? fresh) as NotificationId;
    },
    note: (id, entry) => answered(note({ keys: notificationKeys(prefix, id), entry, ttlMs })),
    async outcomes(id, users) {
      const known = await answered(redis.hmget(notificationKeys(prefix, id).recipients, ...users));
      const pairs = users.map((user, index) => [user, known[index]] as const);
      return new Map(pairs.filter((pair): pair is [InboxUser, AddOutcome] => Boolean(pair[1])));
    },
    async noteEscalation(id, via, users) {
      if (users.length === 0) return;
      const { escalated } = notificationKeys(prefix, id);
      const members = users.flatMap((user) => [0, `${via} ${user}`]);
      await answered(
        redis
          .multi()
          .zadd(escalated, ...members)
          .pexpire(escalated, ttlMs)
          .exec(),
      );
    },
  } satisfies Partial<NotificationLog>;
}

function lookingBack({ redis, prefix, statuses, remove }: NotificationLogOptions) {
  async function* recipients(id: NotificationId): AsyncGenerator<readonly InboxUser[]> {
    let cursor = "0";
    do {
      const scan = redis.hscan(notificationKeys(prefix, id).recipients, cursor, "COUNT", together);
      const [next, pairs] = await answered(scan);
      yield pairs.filter((_, index) => index % 2 === 0) as InboxUser[];
      cursor = next;
    } while (cursor !== "0");
  }

  return {
    async report(id) {
      const keys = notificationKeys(prefix, id);
      const [entry, escalated] = await answered(
        Promise.all([redis.hgetall(keys.entry), redis.zrange(keys.escalated, "0", "-1")]),
      );
      if (entry["createdMs"] === undefined) return undefined;
      const found = new Map<InboxUser, ItemStatus>();
      for await (const users of recipients(id)) {
        const asked = users.map((user) => statuses(user, [itemIdOf(id, user)]));
        const each = await Promise.all(asked);
        for (const [index, user] of users.entries()) found.set(user, each[index]?.[0] ?? "gone");
      }
      return {
        id,
        createdAtMs: Number(entry["createdMs"]),
        isRecalled: entry["recalled"] === "1",
        ...summary([...found.values()]),
        escalated: countByVia(escalated),
      };
    },
    async recipients(id, { cursor, limit }) {
      if (!/^\d{0,20}$/.test(cursor)) throw new InboxRejection("field_invalid", "cursor", "is none of this list");
      const keys = notificationKeys(prefix, id);
      const [isKnown, [next, pairs]] = await answered(
        Promise.all([redis.exists(keys.entry), redis.hscan(keys.recipients, cursor || "0", "COUNT", limit)]),
      );
      if (isKnown === 0) return undefined;
      const found: Recipient[] = [];
      for (let index = 0; index < pairs.length; index += 2 * together)
        found.push(...(await describe(id, pairs.slice(index, index + 2 * together), statuses)));
      return { recipients: found, cursor: next === "0" ? "" : next };
    },
    async recall(id) {
      const { entry } = notificationKeys(prefix, id);
      // First, so that a fan-out that goes on meanwhile stops.
      if ((await answered(redis.exists(entry))) === 0) return undefined;
      await answered(redis.hset(entry, "recalled", "1"));
      let removed = 0;
      for await (const users of recipients(id)) {
        const replies = await Promise.all(users.map((user) => remove(user, [itemIdOf(id, user)])));
        removed += replies.reduce((sum, { changed }) => sum + changed, 0);
      }
      return { removed };
    },
  } satisfies Partial<NotificationLog>;
}

/** `pairs`: user and noted outcome, one after the other. */
async function describe(
  id: NotificationId,
  pairs: readonly string[],
  statuses: Inbox["statuses"],
): Promise<Recipient[]> {
  const users = pairs.filter((_, index) => index % 2 === 0) as InboxUser[];
  const asked = users.map(async (user, index): Promise<Recipient> => {
    const item = itemIdOf(id, user);
    const [status = "gone"] = await statuses(user, [item]);
    const outcome = (pairs[2 * index + 1] || "pending") as AddOutcome | "pending";
    // A duplicate was found by the repetition of a writer that had died before it noted what it stored.
    return { user, item, status, outcome: outcome === "duplicate" ? "stored" : outcome };
  });
  return Promise.all(asked);
}

const levels = ["seen", "snoozed", "read", "interacted"] as const;

/** Who has read it has seen it. */
function summary(
  statuses: readonly ItemStatus[],
): Pick<NotificationReport, "recipients" | "stored" | "seen" | "read" | "interacted"> {
  const atLeast = (level: (typeof levels)[number]) =>
    statuses.filter((status) => levels.findIndex((name) => name === status) >= levels.indexOf(level)).length;
  return {
    recipients: statuses.length,
    stored: statuses.filter((status) => status !== "gone").length,
    seen: atLeast("seen"),
    read: atLeast("read"),
    interacted: atLeast("interacted"),
  };
}

function countByVia(members: readonly string[]): Record<string, number> {
  // `via` is a caller's word, and `constructor` is one.
  const byVia = Map.groupBy(members, (member) => member.slice(0, member.indexOf(" ")));
  return Object.fromEntries([...byVia].map(([via, some]) => [via, some.length]));
}

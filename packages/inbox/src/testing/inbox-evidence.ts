import type { Redis } from "ioredis";
import type { Inbox, InboxCounts, InboxEvent } from "../inbox.ts";
import type { InboxUser } from "../inbox-user.ts";
import type { ViewItem } from "./inbox-view.ts";

/** All there is of an inbox at rest: what Redis holds, what was told, and what is answered. */
export interface InboxEvidence {
  readonly items: Readonly<Record<string, string>>;
  readonly states: Readonly<Record<string, string>>;
  /** By the end of their keys: members with their scores. */
  readonly sets: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly keyed: Readonly<Record<string, string>>;
  readonly seen: number;
  readonly events: readonly { readonly offset: number; readonly event: InboxEvent }[];
  readonly counts: InboxCounts;
  readonly lists: Readonly<Record<(typeof listed)[number], readonly ViewItem[]>>;
}

const listed = ["all", "archived", "snoozed"] as const;
const setNames = ["visible", "archived", "unread", "unread-by", "due", "snoozed"] as const;

/** What is due is done first, so nothing happens by itself while this is read. */
export async function collectEvidence(redis: Redis, inbox: Inbox, user: InboxUser): Promise<InboxEvidence> {
  const root = `sy:{inbox:${user}}`;
  const { counts } = await inbox.counts(user);
  const lists = await Promise.all(listed.map((status) => inbox.read(user, { status, limit: 100 })));
  const sets = await Promise.all(
    setNames.map((name) => redis.zrange(`${root}:inbox-${name}`, "0", "-1", "WITHSCORES")),
  );
  const entries = await redis.xrange(`${root}:stream`, "-", "+");
  return {
    items: await redis.hgetall(`${root}:inbox-items`),
    states: await redis.hgetall(`${root}:inbox-states`),
    sets: Object.fromEntries(setNames.map((name, index) => [name, scoresOf(sets[index] ?? [])])),
    keyed: await redis.hgetall(`${root}:inbox-keyed`),
    seen: Number((await redis.hget(`${root}:inbox-marks`, "seen")) ?? 0),
    events: entries.map(([id, fields]) => ({
      offset: Number.parseInt(id, 10),
      event: JSON.parse(fields[1] ?? "") as InboxEvent,
    })),
    counts,
    lists: Object.fromEntries(
      listed.map((status, index) => [status, (lists[index]?.items ?? []).map((item) => JSON.parse(item) as ViewItem)]),
    ) as unknown as InboxEvidence["lists"],
  };
}

function scoresOf(reply: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    reply.flatMap((member, index) => (index % 2 === 0 ? [[member, Number(reply[index + 1])] as const] : [])),
  );
}

import type { Preferences } from "@switchyard/inbox/inbox";
import { type InboxUser, parseInboxUser } from "@switchyard/inbox/inbox-user";
import { type ItemId, itemIdOf } from "@switchyard/inbox/notification-id";
import type { ItemStatus } from "@switchyard/inbox/notification-log";
import type { EnqueueRequest } from "@switchyard/tasks/task-queue";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import { enqueueAll } from "./enqueue-all.ts";
import { timerAt, type TimerData } from "./escalation-timers.ts";
import type { EscalationData, NotifyParts } from "./notify.ts";
import { quietUntilMs } from "./quiet-hours.ts";
import { slices } from "./slices.ts";

export interface FireParts extends NotifyParts {
  /** Connections of a user now. */
  readonly countConnections: (user: InboxUser) => Promise<number>;
  /** Told what each timer came to. */
  readonly onFired?: (fired: Fired) => void;
}

/** What came of a timer, by number of users. */
export interface Fired {
  readonly escalated: number;
  /** Their quiet hours hold, or they have snoozed it; another timer fires after that. */
  readonly later: number;
  /** They have looked, are online, do not want it, or the item is gone. */
  readonly spared: number;
}

const usersAtOnce = 25;
/** More than an inbox keeps snoozed. */
const snoozedMax = 100;

type Verdict = { readonly kind: "escalate" | "spare" } | { readonly kind: "wait"; readonly untilMs: number };

/** Looks at what is true now. May be done again: each user's task has a key of its own, and is one task. */
export async function fireTimer(timer: TimerData, parts: FireParts, nowMs: number): Promise<Fired> {
  const users = timer.users.map((user) => parseInboxUser(user));
  const verdicts: (readonly [InboxUser, Verdict])[] = [];
  for (const some of slices(users, usersAtOnce)) {
    const judged = some.map(async (user) => [user, await judge(user, timer, { ...parts, nowMs })] as const);
    verdicts.push(...(await Promise.all(judged)));
  }
  const due = verdicts.flatMap(([user, { kind }]) => (kind === "escalate" ? [user] : []));
  for (const some of slices(due, usersAtOnce)) await escalate(some, timer, parts);
  const waiting = Map.groupBy(
    verdicts.flatMap(([user, verdict]) => (verdict.kind === "wait" ? [{ user, untilMs: verdict.untilMs }] : [])),
    ({ untilMs }) => untilMs,
  );
  const timers = Array.from(waiting, ([untilMs, all]) =>
    timerAt({ ...timer, users: all.map(({ user }) => user) }, untilMs),
  );
  await enqueueAll(timers, parts);
  const later = timers.length === 0 ? 0 : verdicts.filter(([, { kind }]) => kind === "wait").length;
  const fired = { escalated: due.length, later, spared: verdicts.length - due.length - later };
  parts.onFired?.(fired);
  return fired;
}

type JudgeParts = FireParts & { readonly nowMs: number };

async function judge(
  user: InboxUser,
  timer: TimerData,
  { inbox, countConnections, nowMs }: JudgeParts,
): Promise<Verdict> {
  const { afterMs, unless, when, via } = timer.escalation;
  const id = itemIdOf(timer.notification, user);
  const [status] = await inbox.statuses(user, [id]);
  // Whoever wants to be reminded tomorrow is not reminded today. It wakes unread, and from then on they have as long as at first.
  if (status === "snoozed" && unless === "read") {
    const wakesAtMs = await snoozedUntilMs(user, id, inbox);
    if (wakesAtMs !== undefined) return { kind: "wait", untilMs: Math.max(wakesAtMs, nowMs) + afterMs };
  }
  if (!isDue(status, unless)) return { kind: "spare" };
  if (when === "offline" && (await countConnections(user)) > 0) return { kind: "spare" };
  if (timer.isCritical) return { kind: "escalate" };
  const preferences = await inbox.preferences(user);
  if (!isWanted(preferences, timer.category, via)) return { kind: "spare" };
  const untilMs = preferences.quietHours === undefined ? undefined : quietUntilMs(preferences.quietHours, nowMs);
  return untilMs === undefined ? { kind: "escalate" } : { kind: "wait", untilMs };
}

/** Undefined: it has woken meanwhile, or is gone. */
async function snoozedUntilMs(user: InboxUser, id: ItemId, inbox: FireParts["inbox"]): Promise<number | undefined> {
  const { items } = await inbox.read(user, { status: "snoozed", limit: snoozedMax });
  const snoozed = items.map((item) => JSON.parse(item) as { readonly id: string; readonly snoozedUntilMs: number });
  return snoozed.find((item) => item.id === id)?.snoozedUntilMs;
}

/** What was read is seen, so it is spared by both conditions; what is gone is done with. */
function isDue(status: ItemStatus | undefined, unless: "seen" | "read"): boolean {
  return status === "unseen" || (unless === "read" && status === "seen");
}

/** Left out means yes. Handlers that preferences have no word for are nobody's to switch off. */
function isWanted({ categories }: Preferences, category: string, via: string): boolean {
  const choice = Object.entries((Object.hasOwn(categories, category) && categories[category]) || {}) as [
    string,
    boolean | undefined,
  ][];
  return !choice.some(([name, isOn]) => name === via && isOn === false);
}

async function escalate(users: readonly InboxUser[], timer: TimerData, parts: NotifyParts): Promise<void> {
  const { notification, escalation } = timer;
  const requests = users.map(async (user): Promise<EnqueueRequest> => {
    const { counts } = await parts.inbox.counts(user);
    const id = itemIdOf(notification, user);
    const data: EscalationData = { user, notification, item: { id, ...timer.item }, counts, escalation };
    return { handler: escalation.handler, data, idempotencyKey: `escalated:${id}:${escalation.step}` };
  });
  const replies = await parts.queue.enqueueMany(await Promise.all(requests));
  // Known under its key with other counts: it was enqueued when this timer, or another of its kind, fired before.
  const refused = replies.find((reply) => reply instanceof TaskRejection && reply.code !== "idempotency_conflict");
  if (refused instanceof TaskRejection) throw refused;
  await parts.inbox.noteEscalation(notification, escalation.via, users);
}

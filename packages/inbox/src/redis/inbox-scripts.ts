import type { ActReply, AddReply, ChangeReply, InboxCounts, InboxPage, SnoozeReply } from "../inbox.ts";
import type { ItemStatus } from "../notification-log.ts";
import type { ItemId } from "../notification-id.ts";
import { defineScript } from "./define-script.ts";

const file = (name: string) => new URL(`./scripts/inbox-${name}.lua`, import.meta.url);

/** What each of them does is said in its file. */
export const inboxScripts = {
  add: defineScript({
    file: file("add"),
    args: ["id", "json", "category", "key", "expiresAtMs", "actions", "critical", "maxItems"],
    reply(raw): Omit<AddReply, "id"> {
      const [outcome, nodes, archived, read, unread] = rest<[Buffer, number, number, number, number]>(raw);
      const evicted = { archived, read, unread };
      return { ...stateOf(raw), outcome: outcome.toString() as AddReply["outcome"], nodes, evicted };
    },
  }),
  mark: defineScript({ file: file("mark"), args: ["as", "upTo", "category", "ids"], reply: changeReply }),
  act: defineScript({
    file: file("act"),
    args: ["id", "action"],
    reply(raw): ActReply {
      const [outcome, action] = rest<[Buffer, Buffer]>(raw);
      const stands = action.toString();
      return { ...changeReply(raw), outcome: outcome.toString() as ActReply["outcome"], action: stands || null };
    },
  }),
  seen: defineScript({ file: file("seen"), args: ["upTo"], reply: changeReply }),
  snooze: defineScript({
    file: file("snooze"),
    args: ["id", "untilMs", "maxSnoozed"],
    reply(raw): SnoozeReply {
      const [outcome] = rest<[Buffer]>(raw);
      return { ...changeReply(raw), outcome: outcome.toString() as SnoozeReply["outcome"] };
    },
  }),
  remove: defineScript({ file: file("remove"), args: ["ids"], reply: changeReply }),
  settle: defineScript({ file: file("settle"), args: [], reply: changeReply }),
  read: defineScript({
    file: file("read"),
    args: ["status", "category", "cursor", "limit", "maxBytes", "isKept"],
    reply(raw): InboxPage & { readonly countsJson: string } {
      const [cursor, counts] = raw as [number, Buffer];
      const [items] = rest<[Buffer[]]>(raw);
      return {
        ...stateOf(raw),
        countsJson: counts.toString(),
        cursor: cursor === 0 ? null : cursor,
        items: items.map(String),
      };
    },
  }),
  status: defineScript({
    file: file("status"),
    args: ["ids"],
    reply: (raw): readonly ItemStatus[] => (raw as Buffer[]).map((status) => status.toString() as ItemStatus),
  }),
  prefer: defineScript({ file: file("prefer"), args: ["json", "muted"], reply: () => undefined }),
  erase: defineScript({ file: file("erase"), args: [], reply: (raw) => raw === 1 }),
  rebuild: defineScript({ file: file("rebuild"), args: [], reply: changeReply }),
} as const;

/** For scripts: a list is one argument. */
export function joined(ids: readonly ItemId[]): string {
  return ids.join(" ");
}

function changeReply(raw: unknown): ChangeReply {
  return { changed: (raw as [number])[0], ...stateOf(raw) };
}

function stateOf(raw: unknown) {
  const [, counts, offset, epoch] = raw as [number, Buffer, number, Buffer];
  return { counts: JSON.parse(counts.toString()) as InboxCounts, position: { offset, epoch: epoch.toString() } };
}

/** What a script says beyond how the inbox stands. */
function rest<T extends readonly unknown[]>(raw: unknown): T {
  return (raw as readonly unknown[]).slice(4) as unknown as T;
}

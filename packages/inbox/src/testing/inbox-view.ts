import type { InboxCounts, InboxEvent } from "../inbox.ts";
import type { ItemId } from "../notification-id.ts";

/** What a page shows of an item, as far as events change it. */
export interface ViewItem {
  readonly id: ItemId;
  readonly seq: number;
  readonly category?: string;
  readonly readAtMs: number | null;
  readonly archivedAtMs: number | null;
  readonly snoozedUntilMs: number | null;
  readonly action: string | null;
}

/** What a page shows. */
export interface InboxView {
  readonly items: ReadonlyMap<string, ViewItem>;
  readonly counts: InboxCounts;
  /** Of the last event it contains. */
  readonly offset: number;
}

export const emptyView: InboxView = {
  items: new Map(),
  counts: { unread: 0, unseen: 0, total: 0, categories: {} },
  offset: 0,
};

/**
 * How a page follows an inbox: the highest offset wins, ids merge, and counts are taken over and never computed. This is the
 * whole of it, so docs/inbox.md shows the same; tests hold that what it comes to is what the server has.
 */
export function follow(view: InboxView, event: InboxEvent, offset: number): InboxView {
  if (offset <= view.offset) return view;
  if (event.type === "reset") return { ...emptyView, offset };
  return { items: withEvent(view.items, event), counts: event.counts, offset };
}

type Counted = Exclude<InboxEvent, { type: "reset" }>;

function withEvent(items: InboxView["items"], event: Counted): InboxView["items"] {
  const changed = new Map(items);
  switch (event.type) {
    case "item": {
      const item = event.item as ViewItem;
      if (event.replaces !== undefined) changed.delete(event.replaces);
      changed.set(item.id, item);
      break;
    }
    case "removed":
      for (const id of event.ids) changed.delete(id);
      break;
    case "state":
      for (const item of items.values())
        if (isMeant(item, event)) changed.set(item.id, { ...item, ...changeOf(event) });
      break;
    default:
      break;
  }
  return changed;
}

type StateEvent = Extract<InboxEvent, { type: "state" }>;

function isMeant(item: ViewItem, { state, ids, upTo, category }: StateEvent & { readonly category?: string }): boolean {
  if (ids !== undefined) return ids.some((id) => id === item.id);
  const isOther = item.seq > (upTo ?? 0) || (category !== undefined && item.category !== category);
  if (isOther || item.snoozedUntilMs !== null) return false;
  // Whoever has an archived item on the page leaves it there: a mark up to a place is for the list it was made from.
  return (state === "unarchive") === (item.archivedAtMs !== null);
}

function changeOf({ state, atMs, action, untilMs }: StateEvent): Partial<ViewItem> {
  switch (state) {
    case "read":
      return { readAtMs: atMs };
    case "unread":
      return { readAtMs: null, archivedAtMs: null };
    case "archive":
      return { readAtMs: atMs, archivedAtMs: atMs };
    case "unarchive":
      return { archivedAtMs: null };
    case "interacted":
      return { readAtMs: atMs, snoozedUntilMs: null, action: action ?? null };
    default:
      return { readAtMs: atMs, archivedAtMs: null, snoozedUntilMs: untilMs ?? null };
  }
}

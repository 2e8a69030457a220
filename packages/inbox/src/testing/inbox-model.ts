import type { InboxCounts, Mark, PageRequest } from "../inbox.ts";
import type { ItemStatus } from "../notification-log.ts";
import type { ItemId } from "../notification-id.ts";

/** One item as the model has it. */
export interface ModelItem {
  readonly id: ItemId;
  readonly category: string;
  readonly key: string;
  readonly actions: readonly string[];
  readonly times: number;
  seq: number;
  place: "visible" | "archived" | "snoozed";
  isUnread: boolean;
  action: string | null;
}

export interface AddedItem {
  readonly id: ItemId;
  readonly category: string;
  readonly key: string;
  readonly actions: readonly string[];
  readonly critical: boolean;
}

const categoriesMax = 16;

/**
 * What an inbox promises, said once more in the plainest way: a list of items that is filtered for each answer. Nothing in it is
 * kept twice, so there is nothing to drift. It has no clock: what is due is told by {@link expire} and {@link wake}, and a `seq` is
 * whatever comes next.
 */
export class InboxModel {
  readonly #maxItems: number;
  readonly #items = new Map<ItemId, ModelItem>();
  readonly #gone = new Set<ItemId>();
  #muted: ReadonlySet<string> = new Set();
  #seen = 0;
  #last = 0;

  constructor(maxItems: number) {
    this.#maxItems = maxItems;
  }

  add(added: AddedItem): "stored" | "duplicate" | "muted" {
    const { id, category, key, actions } = added;
    if (this.#items.has(id) || this.#gone.has(id)) return "duplicate";
    if (!added.critical && this.#muted.has(category)) return "muted";
    const old = key === "" ? undefined : this.#all().find((item) => item.key === key);
    if (old !== undefined) this.#forget(old.id);
    while (this.#items.size >= this.#maxItems) this.#forget(this.#nextToGo().id);
    const times = (old?.times ?? 0) + 1;
    const seq = ++this.#last;
    this.#items.set(id, { id, category, key, actions, times, seq, place: "visible", isUnread: true, action: null });
    return "stored";
  }

  /** By ids, or all no newer than an item of the list it is meant of: of what is archived for `unarchive`. How many have changed. */
  mark(
    as: Mark["as"],
    target: { readonly ids: readonly ItemId[] } | { readonly upTo: number; readonly category?: string },
  ) {
    const items =
      "ids" in target
        ? [...new Set(target.ids)].flatMap((id) => this.#items.get(id) ?? [])
        : this.#all().filter(
            ({ seq, category, place }) =>
              seq <= target.upTo &&
              (target.category === undefined || category === target.category) &&
              (place === "archived") === (as === "unarchive"),
          );
    return items.filter((item) => changeAs(item, as)).length;
  }

  see(upTo: number): number {
    const reached = Math.min(upTo, this.#last);
    if (reached <= this.#seen) return 0;
    this.#seen = reached;
    return 1;
  }

  act(id: ItemId, action: string): "done" | "unchanged" | "gone" | "unknown_action" {
    const item = this.#items.get(id);
    if (item === undefined) return "gone";
    if (!item.actions.includes(action)) return "unknown_action";
    if (item.action !== null) return "unchanged";
    Object.assign(item, { action, isUnread: false, place: item.place === "snoozed" ? "visible" : item.place });
    return "done";
  }

  snooze(id: ItemId): "done" | "gone" {
    const item = this.#items.get(id);
    if (item === undefined) return "gone";
    Object.assign(item, { place: "snoozed", isUnread: false });
    return "done";
  }

  wake(id: ItemId): void {
    const item = this.#items.get(id);
    if (item?.place === "snoozed") Object.assign(item, { place: "visible", isUnread: true, seq: ++this.#last });
  }

  remove(ids: readonly ItemId[]): number {
    return [...new Set(ids)].filter((id) => this.#forget(id)).length;
  }

  expire(id: ItemId): void {
    this.#forget(id);
  }

  mute(categories: readonly string[]): void {
    this.#muted = new Set(categories);
  }

  erase(): void {
    for (const id of this.#items.keys()) this.#forget(id);
    this.#muted = new Set();
    this.#seen = 0;
  }

  get counts(): InboxCounts {
    const visible = this.list("all");
    const unread = visible.filter(({ isUnread }) => isUnread);
    const names = [...new Set(unread.map(({ category }) => category))]
      .filter(Boolean)
      .toSorted()
      .slice(0, categoriesMax);
    return {
      unread: unread.length,
      unseen: unread.filter(({ seq }) => seq > this.#seen).length,
      total: visible.length,
      categories: Object.fromEntries(
        names.map((name) => [name, unread.filter(({ category }) => category === name).length]),
      ),
    };
  }

  /** The newest first. */
  list(status: PageRequest["status"], category?: string): readonly ModelItem[] {
    return this.#all()
      .filter((item) => isIn(item, status) && (category === undefined || item.category === category))
      .toSorted((a, b) => b.seq - a.seq);
  }

  status(id: ItemId): ItemStatus {
    const item = this.#items.get(id);
    if (item === undefined) return "gone";
    if (item.action !== null) return "interacted";
    if (item.isUnread) return item.seq > this.#seen ? "unseen" : "seen";
    return item.place === "snoozed" ? "snoozed" : "read";
  }

  #all(): ModelItem[] {
    return [...this.#items.values()];
  }

  #forget(id: ItemId): boolean {
    if (!this.#items.delete(id)) return false;
    this.#gone.add(id);
    return true;
  }

  #nextToGo(): ModelItem {
    const ranks = (item: ModelItem) => [
      item.place === "archived" ? 0 : item.place === "snoozed" ? 3 : item.isUnread ? 2 : 1,
      item.seq,
    ];
    const [first] = this.#all().toSorted((a, b) => {
      const [rankA = 0, seqA = 0] = ranks(a);
      const [rankB = 0, seqB = 0] = ranks(b);
      return rankA - rankB || seqA - seqB;
    });
    if (first === undefined) throw new Error("nothing to evict");
    return first;
  }
}

function isIn({ place, isUnread }: ModelItem, status: PageRequest["status"]): boolean {
  if (status === "archived" || status === "snoozed") return place === status;
  if (place !== "visible") return false;
  return status === "all" || isUnread === (status === "unread");
}

/** False when it was so already. */
function changeAs(item: ModelItem, as: Mark["as"]): boolean {
  if (item.place === "snoozed") return false;
  const wanted = {
    read: { place: item.place, isUnread: false },
    unread: { place: "visible", isUnread: true },
    archive: { place: "archived", isUnread: false },
    unarchive: { place: "visible", isUnread: item.isUnread },
  } as const;
  const { place, isUnread } = wanted[as];
  if (item.place === place && item.isUnread === isUnread) return false;
  Object.assign(item, { place, isUnread });
  return true;
}

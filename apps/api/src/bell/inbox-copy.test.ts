import fc from "fast-check";
import { expect, test } from "vitest";

interface Item {
  readonly id: string;
  readonly seq: number;
  readonly category: string;
  readonly readAtMs: number | null;
  readonly archivedAtMs: number | null;
  readonly interactedAtMs: number | null;
  readonly action: string | null;
  readonly snoozedUntilMs: number | null;
}
interface Page {
  readonly items: readonly Item[];
  readonly counts: object;
  readonly position: { readonly offset: number; readonly epoch: string };
  readonly cursor: number | null;
}
type Status = "all" | "unread";
interface Copy {
  readonly counts: object | undefined;
  readonly size: number;
  begin(page: Omit<Page, "position">, position: Page["position"]): void;
  apply(event: object, offset: number): boolean;
  merge(page: Page, asked: { status: Status; from: number | undefined }): boolean;
  cursor(status: Status): number | null | undefined;
  list(status: Status): Item[];
  takeCounts(counts: object, position: Page["position"]): void;
}
const { InboxCopy } = (await import(new URL("../../bell/inbox-copy.js", import.meta.url).href)) as {
  InboxCopy: new () => Copy;
};

const isListed = (item: Item) => item.archivedAtMs === null && item.snoozedUntilMs === null;
const isUnread = (item: Item) => isListed(item) && item.readAtMs === null;

/** The hub's side as the contract has it (packages/inbox/src/inbox.ts), with a channel of events. */
class Hub {
  readonly items = new Map<string, Item>();
  readonly events: { event: object; offset: number }[] = [];
  /** All that each item has been, by id. */
  readonly past = new Map<string, string[]>();
  #seq = 0;
  #seen = 0;

  get position() {
    return { offset: this.events.length, epoch: "e" };
  }
  get counts() {
    const items = [...this.items.values()];
    const unread = items.filter(isUnread);
    const unseen = unread.filter(({ seq }) => seq > this.#seen).length;
    return { unread: unread.length, unseen, total: items.filter(isListed).length };
  }
  list(status: Status): Item[] {
    const isWanted = status === "all" ? isListed : isUnread;
    return [...this.items.values()].filter(isWanted).sort((one, other) => other.seq - one.seq);
  }
  page(status: Status, cursor: number | undefined, limit: number): Page {
    const older = this.list(status).filter(({ seq }) => cursor === undefined || seq < cursor);
    const items = older.slice(0, limit);
    const next = older.length > limit ? (items.at(-1)?.seq ?? null) : null;
    return { items, counts: this.counts, position: this.position, cursor: next };
  }

  add(category: string, replaces: string | undefined) {
    this.#seq += 1;
    const fresh = { readAtMs: null, archivedAtMs: null, interactedAtMs: null, action: null, snoozedUntilMs: null };
    const item: Item = { id: `n_${this.#seq}`, seq: this.#seq, category, ...fresh };
    if (replaces !== undefined) this.items.delete(replaces);
    this.items.set(item.id, item);
    this.#tell({ type: "item", item, ...(replaces !== undefined && { replaces }) });
  }
  mark(state: string, ids: readonly string[]) {
    const changed = ids.filter((id) => this.#mark(state, id));
    if (changed.length > 0) this.#tell({ type: "state", state, ids: changed, ...this.#detail(state) });
  }
  markUpTo(state: string, upTo: number, category: string | undefined) {
    const isMeant = (item: Item) => item.seq <= upTo && (category === undefined || item.category === category);
    const ids = [...this.items.values()].filter(isMeant).map(({ id }) => id);
    // What is in the archive, `unread` leaves there when it goes by `upTo`.
    const among = state === "unread" ? ids.filter((id) => isListed(this.items.get(id) as Item)) : ids;
    if (among.filter((id) => this.#mark(state, id)).length === 0) return;
    this.#tell({ type: "state", state, upTo, ...(category !== undefined && { category }), ...this.#detail(state) });
  }
  wake(id: string) {
    const item = this.items.get(id);
    if (item === undefined || item.snoozedUntilMs === null) return;
    this.#seq += 1;
    const awake = { ...item, seq: this.#seq, snoozedUntilMs: null, readAtMs: null };
    this.items.set(id, awake);
    this.#tell({ type: "item", item: awake });
  }
  remove(id: string) {
    if (this.items.delete(id)) this.#tell({ type: "removed", ids: [id] });
  }
  see(upTo: number) {
    this.#seen = Math.max(this.#seen, upTo);
    this.#tell({ type: "seen", upTo });
  }
  erase() {
    this.items.clear();
    this.events.push({ event: { type: "reset" }, offset: this.events.length + 1 });
  }

  #detail(state: string) {
    const atMs = this.#now;
    return { atMs, ...(state === "interacted" && { action: "ok" }), ...(state === "snoozed" && { untilMs: 99 }) };
  }
  get #now() {
    return this.events.length + 1;
  }
  #tell(event: object) {
    for (const [id, item] of this.items) this.past.set(id, [...(this.past.get(id) ?? []), JSON.stringify(item)]);
    this.events.push({ event: { ...event, counts: this.counts }, offset: this.events.length + 1 });
  }
  /** False when it is so already. */
  #mark(state: string, id: string): boolean {
    const item = this.items.get(id);
    if (item === undefined) return false;
    const readAtMs = item.readAtMs ?? this.#now;
    const changed: Record<string, Partial<Item> | false> = {
      read: isUnread(item) && { readAtMs },
      unread: item.snoozedUntilMs === null && !isUnread(item) && { readAtMs: null, archivedAtMs: null },
      archive: isListed(item) && { readAtMs, archivedAtMs: this.#now },
      unarchive: item.archivedAtMs !== null && { archivedAtMs: null },
      interacted: item.action === null && { readAtMs, interactedAtMs: this.#now, action: "ok", snoozedUntilMs: null },
      snoozed: item.snoozedUntilMs === null && { readAtMs, snoozedUntilMs: 99, archivedAtMs: null },
    };
    const change = changed[state];
    if (change === false || change === undefined) return false;
    this.items.set(id, { ...item, ...change });
    return true;
  }
}

/** Few, so that much happens to each. */
const nth = fc.nat({ max: 8 });
const state = fc.constantFrom("read", "unread", "archive", "unarchive", "interacted", "snoozed");
const upToState = fc.constantFrom("read", "unread", "archive", "unarchive");
const category = fc.constantFrom("a", "b");
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("add" as const), category, replaces: fc.option(nth) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("mark" as const), state, ids: fc.array(nth, { maxLength: 3 }) }),
  },
  fc.record({ do: fc.constant("markUpTo" as const), state: upToState, upTo: nth, category: fc.option(category) }),
  fc.record({ do: fc.constantFrom("wake" as const, "remove" as const, "see" as const), at: nth }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant("hear" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("look" as const), status: fc.constantFrom<Status>("all", "unread") }),
  },
  fc.record({ do: fc.constant("ask" as const), status: fc.constantFrom<Status>("all", "unread") }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant("answer" as const), at: fc.nat({ max: 3 }) }) },
  fc.record({ do: fc.constant("erase" as const) }),
  fc.record({ do: fc.constant("begin" as const) }),
);

/** A page: it hears events in their order, asks, and gets its answers whenever they come. */
class Visitor {
  readonly copy = new InboxCopy();
  readonly waiting: { readonly page: Page; readonly status: Status; readonly from: number | undefined }[] = [];
  #heard = 0;
  #told = 0;
  readonly #ages = new Map<string, number>();

  readonly hub: Hub;

  constructor(hub: Hub) {
    this.hub = hub;
    this.begin();
  }
  /** Of the newest that it was told, in whatever way. */
  get newest() {
    return this.#told;
  }
  begin() {
    const { position, ...page } = this.hub.page("all", undefined, 5);
    this.copy.begin(page, position);
    this.waiting.length = 0;
    this.#heard = this.#told = position.offset;
  }
  /** False when there is nothing to hear. */
  hear(): boolean {
    const next = this.hub.events[this.#heard];
    if (next === undefined) return false;
    this.#heard += 1;
    this.#told = Math.max(this.#told, next.offset);
    if (!this.copy.apply(next.event, next.offset)) this.ask("all", undefined);
    return true;
  }
  ask(status: Status, from: number | undefined) {
    this.waiting.push({ page: this.hub.page(status, from, Math.max(this.copy.size, 5)), status, from });
  }
  answer(at: number) {
    for (const { page, ...asked } of this.waiting.splice(at, 1)) {
      if (this.copy.merge(page, asked)) this.#told = Math.max(this.#told, page.position.offset);
      else this.ask("all", undefined);
    }
  }
  come() {
    while (this.hear() || this.waiting.length > 0) this.answer(0);
  }
  /** Items that show what they were before, or what they have never been. */
  wentBack(): Item[] {
    return this.copy.list("all").filter((item) => {
      const age = (this.hub.past.get(item.id) ?? []).indexOf(JSON.stringify(item), this.#ages.get(item.id));
      this.#ages.set(item.id, age);
      return age === -1;
    });
  }
  /** What it should show: of the hub's list, as far down as it has read. */
  expected(status: Status) {
    const cursor = this.copy.cursor(status);
    return this.hub.list(status).filter(({ seq }) => cursor === null || (cursor !== undefined && seq >= cursor));
  }
}

test("whatever is held up on its way, a page ends with the hub's list and counts, and neither its counts nor an item ever go back", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
      const hub = new Hub();
      for (let n = 0; n < 8; n += 1) hub.add(n % 2 === 0 ? "a" : "b", undefined);
      const visitor = new Visitor(hub);
      const { copy } = visitor;
      const told = new Map<number, object>([[hub.position.offset, hub.counts]]);
      const id = (at: number) => [...hub.items.keys()].at(at % Math.max(1, hub.items.size)) ?? "n_none";
      for (const each of steps) {
        if (each.do === "add") hub.add(each.category, each.replaces === null ? undefined : id(each.replaces));
        else if (each.do === "mark") hub.mark(each.state, [...new Set(each.ids.map(id))]);
        else if (each.do === "markUpTo") hub.markUpTo(each.state, each.upTo, each.category ?? undefined);
        else if (each.do === "wake") hub.wake(id(each.at));
        else if (each.do === "remove") hub.remove(id(each.at));
        else if (each.do === "see") hub.see(each.at);
        else if (each.do === "erase") hub.erase();
        else if (each.do === "begin") visitor.begin();
        else if (each.do === "hear") visitor.hear();
        else if (each.do === "look") {
          // Asked and answered before what has happened is heard.
          visitor.ask(each.status, undefined);
          visitor.answer(visitor.waiting.length - 1);
        } else if (each.do === "ask") visitor.ask(each.status, copy.cursor(each.status) ?? undefined);
        else visitor.answer(each.at);
        told.set(hub.position.offset, hub.counts);
        expect(visitor.wentBack()).toEqual([]);
        // None are known between a reset and the page that is read then.
        expect(copy.counts ?? told.get(visitor.newest)).toEqual(told.get(visitor.newest));
      }
      visitor.come();
      for (const status of ["unread", "all"] as const) expect(copy.list(status)).toEqual(visitor.expected(status));
      expect(copy.counts).toEqual(hub.counts);
      while (copy.cursor("all") !== null) {
        visitor.ask("all", copy.cursor("all") ?? undefined);
        visitor.come();
      }
      expect(copy.list("all")).toEqual(hub.list("all"));
    }),
    { numRuns: 500 },
  );
});

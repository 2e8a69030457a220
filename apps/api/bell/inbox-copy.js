/** Events are kept as long as the channel keeps them, to bring pages up to date that were read before them. */
const eventsKept = 200;
/** States by which an item may come back to the list that was not in it. */
const comesBack = new Set(["unread", "unarchive", "interacted"]);

/**
 * What this page knows of a user's inbox. It is never wrong for long and never goes back: the highest offset wins, ids merge, and
 * counts are taken over and never computed.
 *
 * Three streams tell it things, in any order: a snapshot when the subscription begins, events with rising offsets, and answers to
 * calls, which carry the position they are of. Each item remembers the offset it is known by, so an answer that was held up on its
 * way does not make an item unread that has been read meanwhile.
 */
export class InboxCopy {
  /** Undefined until they are known. */
  counts;
  #countsOffset = 0;
  /** `{ item, offset }` by id, also of archived and snoozed ones, which may come back. */
  #known = new Map();
  /** Per status, down to which seq there are no holes: 0 is all there is. */
  #floors = { all: Infinity, unread: Infinity };
  #epoch;
  /** The offset at which something came back that is not known here; a page from the top that is as new says where there are no holes. */
  #holedAt;
  /** Where the past begins that the events do not reach. */
  #since = 0;
  #events = [];

  get hasBegun() {
    return this.#epoch !== undefined;
  }

  /** How many items it holds that are in the list. */
  get size() {
    return this.list("all").length;
  }

  /** Throws away what was known. `page` is a snapshot or the first page, `{ items, counts, cursor }`. */
  begin(page, { offset, epoch }) {
    this.#known.clear();
    this.#countsOffset = -1;
    this.#forget(offset);
    this.#epoch = epoch;
    for (const item of page.items) this.#known.set(item.id, { item, offset });
    this.#floors.all = page.cursor ?? 0;
    this.takeCounts(page.counts, { offset, epoch });
  }

  /** Those of an event or of an answer, unless newer ones are known. */
  takeCounts(counts, { offset, epoch }) {
    if (counts === undefined || epoch !== this.#epoch || offset < this.#countsOffset) return;
    this.counts = counts;
    this.#countsOffset = offset;
  }

  /** False when something has happened to items that are not known here, so that the first page must be read again. */
  apply(event, offset) {
    if (event.type === "reset") {
      this.#forget(offset);
      return false;
    }
    this.takeCounts(event.counts, { offset, epoch: this.#epoch });
    this.#events.push({ event, offset });
    if (this.#events.length > eventsKept) this.#since = this.#events.shift().offset;
    return this.#change(event, offset);
  }

  /** A page of the list, asked for with `status` and `from`, a cursor. False when it is too old to be brought up to date. */
  merge({ items, counts, position, cursor }, { status, from }) {
    if (!this.hasBegun) {
      this.begin({ items, counts, cursor }, position);
      return true;
    }
    const { offset, epoch } = position;
    if (epoch !== this.#epoch || offset < this.#since) return false;
    for (const item of items) {
      if ((this.#known.get(item.id)?.offset ?? -1) < offset) this.#known.set(item.id, { item, offset });
    }
    if (status === "all" && from === undefined && this.#holedAt <= offset) {
      this.#floors.all = Infinity;
      this.#holedAt = undefined;
    }
    this.#floors[status] = Math.min(this.#floors[status], cursor ?? 0);
    for (const later of this.#events) if (later.offset > offset) this.#change(later.event, later.offset);
    this.takeCounts(counts, position);
    return true;
  }

  /** Undefined: nothing is known yet; null: there is no more. */
  cursor(status) {
    const floor = this.#floor(status);
    return floor === Infinity ? undefined : floor === 0 ? null : floor;
  }

  /** `all` or `unread`, the newest first, without holes. */
  list(status) {
    const floor = this.#floor(status);
    return [...this.#known.values()]
      .map(({ item }) => item)
      .filter((item) => isListed(item) && item.seq >= floor && (status === "all" || item.readAtMs === null))
      .sort((one, other) => other.seq - one.seq);
  }

  /** Forgets all from before `offset`, of which nothing will be taken any more. */
  #forget(offset) {
    for (const [id, known] of this.#known) if (known.offset < offset) this.#known.delete(id);
    this.#events = [];
    this.#floors = { all: Infinity, unread: Infinity };
    this.#since = offset;
    this.#holedAt = undefined;
    if (this.#countsOffset >= offset) return;
    this.counts = undefined;
    this.#countsOffset = offset;
  }

  /** What is complete of all is complete of the unread. */
  #floor(status) {
    return status === "all" ? this.#floors.all : Math.min(this.#floors.all, this.#floors.unread);
  }

  #change(event, offset) {
    if (event.type === "item") {
      if (event.replaces !== undefined) this.#remove(event.replaces, offset);
      this.#update(event.item.id, offset, () => event.item, true);
    } else if (event.type === "removed") {
      for (const id of event.ids) this.#remove(id, offset);
    } else if (event.type === "state") {
      return this.#changeState(event, offset);
    }
    return true;
  }

  #changeState(event, offset) {
    if (event.ids !== undefined) {
      const held = event.ids.filter((id) => this.#update(id, offset, (item) => afterwards(item, event)));
      return held.length === event.ids.length || !comesBack.has(event.state) || this.#noteHole(event, offset);
    }
    for (const [id, { item }] of this.#known) {
      const isMeant = item.seq <= event.upTo && (event.category === undefined || event.category === item.category);
      const isThere = event.state === "unarchive" ? item.archivedAtMs !== null : isListed(item);
      if (isMeant && isThere) this.#update(id, offset, () => afterwards(item, event));
    }
    return event.state === "unarchive" || event.state === "unread" ? this.#noteHole(event, offset) : true;
  }

  /** What is unread again may lie below all that is known, so the unread are complete no further than all are. */
  #noteHole({ state }, offset) {
    if (state === "unread") this.#floors.unread = Infinity;
    this.#holedAt = offset;
    return false;
  }

  /** False when it is not known here. */
  #update(id, offset, change, isNew = false) {
    const known = this.#known.get(id);
    if (known === undefined && !isNew) return false;
    if (known === undefined || known.offset < offset) this.#known.set(id, { item: change(known?.item), offset });
    return true;
  }

  #remove(id, offset) {
    if ((this.#known.get(id)?.offset ?? offset) < offset) this.#known.delete(id);
  }
}

function isListed(item) {
  return item.archivedAtMs === null && item.snoozedUntilMs === null;
}

/** An item as it is after an event of type `state`. A state that a newer hub may tell of changes nothing. */
function afterwards(item, { state, atMs, action, untilMs }) {
  const readAtMs = item.readAtMs ?? atMs;
  if (state === "read") return { ...item, readAtMs };
  if (state === "unread") return { ...item, readAtMs: null, archivedAtMs: null };
  if (state === "archive") return { ...item, readAtMs, archivedAtMs: atMs };
  if (state === "unarchive") return { ...item, archivedAtMs: null };
  if (state === "interacted") return { ...item, readAtMs, interactedAtMs: atMs, action, snoozedUntilMs: null };
  if (state === "snoozed") return { ...item, readAtMs, archivedAtMs: null, snoozedUntilMs: untilMs };
  return item;
}

import { isPlace } from "./element.js";

/** As long as a click waits for the hub before it leaves the page, and with it the connection. */
const leaveMs = 500;

/**
 * What a person can do in the panel. Nothing is shown before the hub has said so: its event comes within milliseconds, and what was
 * shown too early would have to be taken back.
 */
export class Deeds {
  hasFailed = false;
  #bell;
  #seenUpTo = 0;

  /** `bell` has `feed`, `filter`, `emit(name, detail)`, `close(options)` and `show()`. */
  constructor(bell) {
    this.#bell = bell;
  }

  /** Another feed: what was on the screen was another's. */
  startOver() {
    this.#seenUpTo = 0;
    this.hasFailed = false;
  }

  mark(item, as) {
    return this.#try((feed) => feed.mark(as, { ids: [item.id] }));
  }

  snooze(item, until) {
    return this.#try((feed) => feed.snooze(item.id, until));
  }

  /** All that are in the list; what comes at the same moment stays unread. */
  async markAll() {
    const newest = this.#bell.feed?.copy.list("all")[0];
    if (newest !== undefined) await this.#try((feed) => feed.mark("read", { upTo: newest.seq }));
  }

  more() {
    return this.#try((feed) => feed.more(this.#bell.filter));
  }

  act(item, { id, url }) {
    return this.#try(async (feed) => {
      const action = await feed.act(item.id, id);
      const isGoing = this.#bell.emit("bell-act", { item, action });
      if (isGoing && action === id && isPlace(url)) location.assign(url);
    });
  }

  /** A page that takes `bell-open` for itself, by `preventDefault()`, goes to its own place. */
  async open(item, event) {
    const isGoing = this.#bell.emit("bell-open", { item });
    const reading = item.readAtMs === null ? this.mark(item, "read") : undefined;
    if (!isPlace(item.url)) return;
    const opensElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (isGoing && opensElsewhere) return;
    event.preventDefault();
    this.#bell.close({ isQuiet: true });
    if (!isGoing) return;
    await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, leaveMs))]);
    location.assign(item.url);
  }

  /** What is in an open panel of a tab that is looked at has been seen. A tab in the background receives and does not see. */
  see() {
    const { feed } = this.#bell;
    const newest = feed?.copy.list("all")[0]?.seq ?? 0;
    if (newest <= this.#seenUpTo || feed.copy.counts.unseen === 0 || document.visibilityState !== "visible") return;
    this.#seenUpTo = newest;
    // Nobody asked for it, so a failure is told to nobody; the next change or opening tries again.
    feed.see(newest).catch(() => (this.#seenUpTo = 0));
  }

  async #try(deed) {
    const { feed } = this.#bell;
    if (feed === undefined) return;
    this.hasFailed = false;
    try {
      await deed(feed);
    } catch (error) {
      this.hasFailed = true;
      this.#bell.emit("bell-error", { error });
    }
    this.#bell.show();
  }
}

import { InboxCopy } from "./inbox-copy.js";

const stateEvents = ["connecting", "connected", "disconnected"];

/** By the SDK's client, then by user: bells of one page share a subscription, for a client has one per channel. */
const feeds = new WeakMap();

/** Joins the feed of this client and user; who joins leaves again. */
export function joinFeed(client, user) {
  const ofClient = feeds.get(client) ?? new Map();
  feeds.set(client, ofClient);
  const feed = ofClient.get(user) ?? new InboxFeed(client, user, () => ofClient.delete(user));
  ofClient.set(user, feed);
  return feed;
}

/** Keeps a copy of a user's inbox up to date over the official SDK's client, and makes the calls. */
class InboxFeed {
  copy = new InboxCopy();
  /** Why there is nothing to show: `{ code, reason }`. */
  refusal;
  #client;
  #subscription;
  #isOurs;
  #onEmpty;
  #watchers = new Set();
  #handlers;
  #reading;
  #handleState = () => this.#tell();

  constructor(client, user, onEmpty) {
    this.#client = client;
    this.#onEmpty = onEmpty;
    const channel = `inbox:${user}`;
    const existing = client.getSubscription(channel);
    this.#isOurs = existing === null;
    this.#subscription = existing ?? client.newSubscription(channel);
    this.#handlers = {
      subscribed: (context) => this.#begin(context),
      publication: ({ data, offset }) => this.#hear(data, offset),
      unsubscribed: ({ code, reason }) => this.#tell({ refusal: { code, reason } }),
    };
    for (const [name, handler] of Object.entries(this.#handlers)) this.#subscription.on(name, handler);
    for (const name of stateEvents) client.on(name, this.#handleState);
    if (this.#subscription.state === "subscribed") void this.reload();
    else this.#subscription.subscribe();
  }

  get isConnected() {
    return this.#client.state === "connected" && this.#subscription.state === "subscribed";
  }

  /** `watcher({ item? })` at every change, with the item that has just come. Returns how to leave. */
  watch(watcher) {
    this.#watchers.add(watcher);
    watcher({});
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size === 0) this.#close();
    };
  }

  mark(as, target) {
    return this.#call(`inbox.${as}`, target);
  }

  see(upTo) {
    return this.#call("inbox.seen", { upTo });
  }

  /** Resolves to the action that stands, which may be an earlier one. */
  async act(id, action) {
    return (await this.#call("inbox.act", { id, action })).action;
  }

  snooze(id, until) {
    return this.#call("inbox.snooze", { id, untilMs: until.getTime() });
  }

  /** Reads the next page of `all` or `unread`. */
  async more(status) {
    const cursor = this.copy.cursor(status);
    if (cursor === null) return;
    await this.#read(status, cursor === undefined ? {} : { cursor });
  }

  /** Reads as much from the top as is known already. */
  reload() {
    // One that is under way was asked before what has happened now, so another one follows it.
    this.#reading = (this.#reading ?? Promise.resolve())
      .then(() => this.#read("all", { limit: Math.min(Math.max(this.copy.size, 20), 100) }))
      .catch(() => undefined); // The next subscription begins with everything.
    return this.#reading;
  }

  async #read(status, page) {
    // A page that is older than all events that are kept cannot be brought up to date. The next one is newer.
    for (let tries = 0; tries < 3; tries += 1) {
      const { data } = await this.#client.rpc("inbox.list", { status, ...page });
      if (this.copy.merge(data, { status, from: page.cursor })) break;
    }
    this.#tell();
  }

  #begin({ data, recovered, streamPosition }) {
    this.refusal = undefined;
    if (data?.items !== undefined) this.copy.begin(data, streamPosition);
    else if (!recovered || !this.copy.hasBegun) void this.reload();
    this.#tell();
  }

  #hear(event, offset) {
    const isKnown = this.copy.apply(event, offset);
    this.#tell({ item: event.type === "item" ? event.item : undefined });
    if (!isKnown) void this.reload();
  }

  async #call(method, request) {
    const { data } = await this.#client.rpc(method, request);
    // The event with the same counts comes by the subscription, before this answer or after it.
    this.copy.takeCounts(data.counts, data.position);
    this.#tell();
    return data;
  }

  #tell({ item, refusal = this.refusal } = {}) {
    this.refusal = refusal;
    for (const watcher of this.#watchers) watcher({ item });
  }

  #close() {
    this.#onEmpty();
    for (const [name, handler] of Object.entries(this.#handlers)) this.#subscription.off(name, handler);
    for (const name of stateEvents) this.#client.off(name, this.#handleState);
    if (!this.#isOurs) return;
    this.#subscription.unsubscribe();
    this.#client.removeSubscription(this.#subscription);
  }
}

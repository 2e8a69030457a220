import { joinFeed } from "./inbox-feed.js";
import { openOwnClient } from "./own-client.js";

/** Where a bell hears from: the page's client, or one of its own. It has one feed at a time. */
export class FeedSource {
  feed;
  #given;
  #own;
  #leave;
  #joining;
  #handlers;

  /** `onFeed()` before another feed, `onChange(item?)` at each change, `onError(error)` when there can be none. */
  constructor(handlers) {
    this.#handlers = handlers;
  }

  get client() {
    return this.#given ?? this.#own;
  }
  set client(client) {
    this.#given = client;
  }

  /** Does nothing while something is still missing, such as a client or the user. */
  join({ user, hub, tokenUrl, sdk }) {
    if (this.feed !== undefined || this.#joining !== undefined) return;
    if (this.#given !== undefined && user !== "") this.#joinAs(this.#given, user);
    else if (this.#given === undefined && hub !== "") void this.#joinAlone({ user, hub, tokenUrl, sdk });
  }

  part() {
    this.#joining = undefined;
    this.#leave?.();
    this.feed = this.#leave = undefined;
    this.#own?.disconnect();
    this.#own = undefined;
  }

  async #joinAlone(where) {
    const joining = (this.#joining = Symbol("joining"));
    const own = await openOwnClient(where).catch((error) => void this.#handlers.onError(error));
    // Meanwhile the page may have changed its mind.
    if (this.#joining !== joining || own === undefined) return void own?.client.disconnect();
    this.#joining = undefined;
    this.#own = own.client;
    this.#joinAs(own.client, own.user);
  }

  #joinAs(client, user) {
    this.#handlers.onFeed();
    this.feed = joinFeed(client, user);
    this.#leave = this.feed.watch(({ item }) => this.#handlers.onChange(item));
  }
}

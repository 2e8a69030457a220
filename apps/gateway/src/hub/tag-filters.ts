import type { StoredPublication } from "@switchyard/broker/broker";
import type { Tags } from "@switchyard/protocol/publication";
import { splitPublicationBody } from "@switchyard/protocol/publication-body";
import { noTags, type TagFilter } from "@switchyard/protocol/tag-filter";

type Judged = Pick<StoredPublication, "body">;

/**
 * The tag filters of this node's subscribers. Filters that mean the same are one, however many subscribers have it, and it judges a
 * publication once: for those that hear it as for a crowd that recovers it, which is handed the same object by the shared reading.
 */
export class TagFilters {
  readonly #shared = new Map<string, SharedFilter>();
  readonly #tags = new WeakMap<Judged, Tags>();

  take(filter: TagFilter): SharedFilter {
    let shared = this.#shared.get(filter.key);
    if (shared === undefined) {
      shared = new SharedFilter(filter, (publication) => this.#tagsOf(publication));
      this.#shared.set(filter.key, shared);
    }
    shared.userCount++;
    return shared;
  }

  giveBack(shared: SharedFilter): void {
    shared.userCount--;
    if (shared.userCount === 0) this.#shared.delete(shared.key);
  }

  #tagsOf(publication: Judged): Tags {
    let tags = this.#tags.get(publication);
    if (tags === undefined) {
      const json = splitPublicationBody(publication.body)?.tags;
      tags = json === undefined ? noTags : (JSON.parse(json.toString()) as Tags);
      this.#tags.set(publication, tags);
    }
    return tags;
  }
}

export class SharedFilter {
  readonly #filter: TagFilter;
  readonly #tagsOf: (publication: Judged) => Tags;
  readonly #verdicts = new WeakMap<Judged, boolean>();
  /** Subscriptions that have it; its keeper's own. */
  userCount = 0;
  #turn = 0;
  #verdict = false;

  constructor(filter: TagFilter, tagsOf: (publication: Judged) => Tags) {
    this.#filter = filter;
    this.#tagsOf = tagsOf;
  }

  get key(): string {
    return this.#filter.key;
  }

  /**
   * The same for all subscriptions that are handed one publication in one turn. Looking it up for each of them would take as long as
   * delivering it, and remembering the publication itself would keep it.
   */
  acceptsIn(turn: number, publication: Judged): boolean {
    if (this.#turn !== turn) {
      this.#turn = turn;
      this.#verdict = this.accepts(publication);
    }
    return this.#verdict;
  }

  accepts(publication: Judged): boolean {
    let verdict = this.#verdicts.get(publication);
    if (verdict === undefined) {
      verdict = this.#filter.matches(this.#tagsOf(publication));
      this.#verdicts.set(publication, verdict);
    }
    return verdict;
  }
}

import type { Broker, History, HistoryOptions, ReceivedPublication } from "@switchyard/broker/broker";
import type { ChannelName } from "@switchyard/broker/channel-name";
import { RecentStream, type RecentStreamOptions, type Want } from "./recent-stream.ts";

/** A crowd is over when nobody has joined the channel for this long. */
const pauseMs = 2_000;
/** How old a shared reading may get: what is removed from a history by hand may be handed out for this much longer. */
const ageMaxMs = 10_000;
/** Clients cut off together stand within a few publications of each other; this many more are read for the others. */
const margin = 32;

export interface ReadOptions {
  /** Publications at most, as for a reading of one's own. */
  readonly limit: number;
  /** Publications the stream keeps. */
  readonly historySize: number;
}

/** A reading under way or done, for whoever wants it. */
interface SharedRead {
  readonly stream: Promise<RecentStream>;
  readonly reachesAll: boolean;
  /** What was heard since it was sent; undefined once it goes straight into the stream. */
  early: ReceivedPublication[] | undefined;
  done: RecentStream | undefined;
}

interface Entry {
  /** What the broker called the hearing of the channel under which all of this was read. */
  readonly hearing: object;
  /** Moves on with everybody who joins, for as long as the reading is not too old. */
  expiresAtMs: number;
  endsAtMs: number;
  shared: SharedRead | undefined;
}

/**
 * Reads streams for those who join channels, so that a crowd that comes back at once costs Redis two readings per channel,
 * not one per client. The first reading of a channel is its client's own. The second within two seconds is shared with all
 * that follow without such a pause; a third, of all a client can recover, is made only when somebody stands further back than the second reaches.
 *
 * Why a client may be handed a reading that was sent before it joined: it must get every publication, from the reading or
 * live, and it hears live ones only from when it joined. So a reading alone would not do; a publication sent between the
 * reading and the joining would be in neither. But this node has been hearing the channel all the while, from before the
 * reading was sent (its first client joined before it read), and what it hears goes into the shared reading ({@link heard})
 * before it goes to subscriptions. So at any moment each publication of the stream is in the shared reading, or will be heard
 * later; and what is heard later reaches everybody who has joined. A publication that is in both is sorted out by its offset.
 *
 * This holds as long as the node hears the channel without a break: over one connection and one interest, which the broker
 * knows, and without a jump in offsets. Then everybody reads anew. An epoch that was renewed ends it too ({@link forget}).
 */
export class SharedReads {
  readonly #broker: Pick<Broker, "history" | "hearing">;
  readonly #entries = new Map<ChannelName, Entry>();
  readonly #maxBytes: number;
  #sweepIsDue = false;

  /** @param maxBytes of publications that one reading comes to, as the broker has it */
  constructor(broker: Pick<Broker, "history" | "hearing">, { maxBytes }: { readonly maxBytes: number }) {
    this.#broker = broker;
    this.#maxBytes = maxBytes;
  }

  /**
   * For a subscription that is in the hub already, and not ended.
   * @throws HubError 100 (temporary) when Redis does not answer
   */
  async read(channel: ChannelName, want: Want, options: ReadOptions): Promise<History> {
    const entry = this.#find(channel);
    if (entry === undefined) return this.#readAlone(channel, want, options.limit);
    const shared = entry.shared ?? this.#share(entry, channel, nearReading(want, options), options);
    let stream = await shared.stream;
    let known = stream.answer(want);
    if (known === undefined && !shared.reachesAll) {
      if (entry.shared === shared) this.#share(entry, channel, wholeReading(options), options);
      stream = (await entry.shared?.stream) ?? stream;
      known = stream.answer(want);
    }
    if (known !== undefined) return known;
    const read = await this.#readAlone(channel, want, options.limit);
    if (read.epoch !== stream.epoch) this.forget(channel);
    else if (want.kind === "after" && want.epoch !== read.epoch) stream.bury(want.epoch);
    return read;
  }

  /** Before subscriptions are handed it. */
  heard(channel: ChannelName, publication: ReceivedPublication): void {
    const shared = this.#entries.get(channel)?.shared;
    if (shared === undefined || publication.offset === 0) return;
    if (shared.early !== undefined) shared.early.push(publication);
    else if (shared.done?.append(publication) === false) this.#entries.delete(channel);
  }

  /** What was read is not true any more. */
  forget(channel: ChannelName): void {
    this.#entries.delete(channel);
  }

  /** Undefined for the first one in a while, and while the channel is not heard. */
  #find(channel: ChannelName): Entry | undefined {
    const nowMs = performance.now();
    const hearing = this.#broker.hearing(channel);
    const entry = this.#entries.get(channel);
    if (entry !== undefined && entry.hearing === hearing && entry.expiresAtMs > nowMs) {
      entry.expiresAtMs = Math.min(nowMs + pauseMs, entry.endsAtMs);
      return entry;
    }
    if (hearing === undefined) return undefined;
    const endsAtMs = nowMs + ageMaxMs;
    this.#entries.set(channel, { hearing, expiresAtMs: nowMs + pauseMs, endsAtMs, shared: undefined });
    this.#scheduleSweep();
    return undefined;
  }

  #share(entry: Entry, channel: ChannelName, reading: Reading, options: ReadOptions): SharedRead {
    const { limit, historySize } = options;
    const early: ReceivedPublication[] = [];
    const shared: SharedRead = {
      stream: this.#broker.history(channel, reading.options).then((history) => {
        const keepMax = Math.min(limit, historySize);
        const stream = new RecentStream({ ...reading.understand(history), keepMax, maxBytes: this.#maxBytes });
        const continues = early.every((publication) => stream.append(publication));
        shared.early = undefined;
        shared.done = stream;
        if (!continues && this.#entries.get(channel) === entry) this.#entries.delete(channel);
        return stream;
      }),
      reachesAll: reading.reachesAll,
      early,
      done: undefined,
    };
    // Whoever waits for it is told; nobody keeps it.
    shared.stream.catch(() => this.#entries.get(channel) === entry && this.#entries.delete(channel));
    entry.shared = shared;
    return shared;
  }

  #readAlone(channel: ChannelName, want: Want, limit: number): Promise<History> {
    if (want.kind === "top") return this.#broker.history(channel, { limit: 0 });
    if (want.kind === "newest") return this.#readNewest(channel, want.accepts === undefined ? 1 : limit);
    return this.#broker.history(channel, { limit, sinceOffset: want.offset });
  }

  async #readNewest(channel: ChannelName, limit: number): Promise<History> {
    const history = await this.#broker.history(channel, { limit, reverse: true });
    return { ...history, publications: history.publications.toReversed() };
  }

  #scheduleSweep(): void {
    if (this.#sweepIsDue) return;
    this.#sweepIsDue = true;
    const timer = setTimeout(() => {
      this.#sweepIsDue = false;
      const nowMs = performance.now();
      for (const [channel, { expiresAtMs }] of this.#entries) if (expiresAtMs <= nowMs) this.#entries.delete(channel);
      if (this.#entries.size > 0) this.#scheduleSweep();
    }, pauseMs);
    timer.unref();
  }
}

/** What is asked of Redis, and what the answer covers. */
interface Reading {
  readonly options: HistoryOptions;
  readonly reachesAll: boolean;
  readonly understand: (history: History) => Pick<RecentStreamOptions, "history" | "since" | "isFull">;
}

function nearReading(want: Want, { limit }: ReadOptions): Reading {
  if (want.kind !== "after") return backwards(margin, false);
  const sinceOffset = Math.max(0, want.offset - margin);
  const options = { limit: limit + margin, sinceOffset };
  return {
    options,
    reachesAll: false,
    understand(history) {
      const isCut = history.isCut || history.publications.length === options.limit;
      return isCut
        ? { history: { ...history, publications: [] }, since: history.offset, isFull: false }
        : { history, since: sinceOffset, isFull: false };
    },
  };
}

const wholeReading = ({ limit, historySize }: ReadOptions): Reading => backwards(Math.min(limit, historySize), true);

function backwards(limit: number, reachesAll: boolean): Reading {
  return {
    options: { limit, reverse: true },
    reachesAll,
    understand(history) {
      const isAll = history.publications.length < limit && !history.isCut;
      const oldest = isAll ? undefined : history.publications.at(-1);
      const publications = history.publications.toReversed();
      return { history: { ...history, publications }, since: oldest?.previousOffset ?? 0, isFull: history.isCut };
    },
  };
}

import type { ClientRecord, DeliveryRecord, SubscribedRecord } from "./ledger-record.ts";

/**
 * A stretch over which a client believes that it misses nothing: from a subscribe that started afresh (or that announced a
 * loss) until the next one, across every reconnect that was answered `recovered: true`.
 */
export interface Span {
  readonly epoch: string;
  /** The publication before the first one that belongs to it. */
  readonly startOffset: number;
  readonly startTs: number;
  readonly deliveries: DeliveryRecord[];
  /** Where the client last said it stood when it came back: it must have got everything up to there. */
  heldOffset: number;
}

/** One client on one channel, over the whole run. */
export interface SubscriptionStory {
  readonly client: string;
  readonly channel: string;
  readonly spans: readonly Span[];
  /** `recovered: true`, and losses announced. */
  readonly recoveries: number;
  readonly announcements: number;
  /** Breaks of continuity the server made without saying so: it started afresh, or in another epoch, unasked. */
  readonly unannounced: number;
  /** Deliveries outside of any span: before the subscribe was answered. */
  readonly strays: number;
  /** Still subscribed and connected when the ledger ends. */
  readonly isOpen: boolean;
}

interface OpenStory extends SubscriptionStory {
  spans: Span[];
  recoveries: number;
  announcements: number;
  unannounced: number;
  strays: number;
  isOpen: boolean;
}

/** Sorts the records of all clients, in the order they were written, into stories. */
export function readStories(records: Iterable<ClientRecord>): SubscriptionStory[] {
  const clients = new Map<string, Map<string, OpenStory>>();
  for (const record of records) {
    const stories = clients.get(record.client) ?? new Map<string, OpenStory>();
    clients.set(record.client, stories);
    switch (record.kind) {
      case "opened":
        break;
      case "closed":
        for (const story of stories.values()) story.isOpen = false;
        break;
      case "subscribed":
        subscribed(storyOf(stories, record), record);
        break;
      case "unsubscribed":
        storyOf(stories, record).isOpen = false;
        break;
      case "delivery":
        delivered(storyOf(stories, record), record);
        break;
      default:
        break;
    }
  }
  return Array.from(clients.values()).flatMap((stories) => Array.from(stories.values()));
}

function storyOf(stories: Map<string, OpenStory>, { client, channel }: { client: string; channel: string }): OpenStory {
  const known = stories.get(channel);
  if (known !== undefined) return known;
  const counts = { recoveries: 0, announcements: 0, unannounced: 0, strays: 0 };
  const story: OpenStory = { client, channel, spans: [], ...counts, isOpen: false };
  stories.set(channel, story);
  return story;
}

function subscribed(story: OpenStory, record: SubscribedRecord): void {
  story.isOpen = true;
  const current = story.spans.at(-1);
  if (record.recovered) story.recoveries += 1;
  if (record.announced) story.announcements += 1;
  const continues = record.recovered && current !== undefined && current.epoch === record.epoch;
  if (continues) {
    current.heldOffset = Math.max(current.heldOffset, record.offset);
    return;
  }
  // A client that held a position and asked for what follows it was told neither yes nor no.
  if (current !== undefined && record.asked && !record.announced) story.unannounced += 1;
  const { epoch, offset, ts } = record;
  story.spans.push({ epoch, startOffset: offset, startTs: ts, deliveries: [], heldOffset: offset });
}

function delivered(story: OpenStory, record: DeliveryRecord): void {
  const span = story.spans.at(-1);
  if (span === undefined) story.strays += 1;
  else span.deliveries.push(record);
}

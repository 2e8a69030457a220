import type { DeliveryRecord } from "./ledger-record.ts";
import type { BookedPublication, PublicationBook } from "./publication-book.ts";
import type { Span, SubscriptionStory } from "./span.ts";

/** Counts that grow from story to story. */
export interface Findings {
  lostAcked: number;
  silentGaps: number;
  duplicates: number;
  reordered: number;
  phantoms: number;
  silentForks: number;
  repeatedAfterLoss: number;
  readonly delivered: Set<string>;
  readonly examples: string[];
}

const examplesMax = 20;

/** Holds what one client saw of one channel against what was published into it. */
export function judgeStory(story: SubscriptionStory, book: PublicationBook, found: Findings): void {
  const tell = (text: string) => {
    if (found.examples.length < examplesMax) found.examples.push(`${story.client} on ${story.channel}: ${text}`);
  };
  if (story.unannounced > 0) {
    found.silentGaps += story.unannounced;
    tell(`${story.unannounced} × started afresh although it had asked to continue`);
  }
  if (story.strays > 0) {
    found.phantoms += story.strays;
    tell(`${story.strays} publications before the subscribe was answered`);
  }
  judgeIdentities(story, { book, found, tell });
  for (const [index, span] of story.spans.entries()) {
    const isOpen = story.isOpen && index === story.spans.length - 1;
    judgeSpan(span, { story, isOpen, book, found, tell });
  }
}

interface Court {
  readonly book: PublicationBook;
  readonly found: Findings;
  readonly tell: (text: string) => void;
}

/** Each message at most once per client, and only messages somebody published. */
function judgeIdentities(story: SubscriptionStory, { book, found, tell }: Court): void {
  const first = new Map<string, DeliveryRecord>();
  for (const delivery of story.spans.flatMap(({ deliveries }) => deliveries)) {
    found.delivered.add(delivery.id);
    const publication = book.find(delivery.id);
    if (publication?.channel !== story.channel || publication.outcome === "refused") {
      found.phantoms += 1;
      tell(`${delivery.id} at offset ${delivery.offset} was never published here`);
    }
    const earlier = first.get(delivery.id);
    if (earlier === undefined) {
      first.set(delivery.id, delivery);
    } else if (isRepeatAfterLoss(earlier, delivery, { publication, book })) {
      found.repeatedAfterLoss += 1;
    } else {
      found.duplicates += 1;
      tell(`${delivery.id} twice, at offsets ${earlier.offset} and ${delivery.offset}`);
    }
  }
}

/**
 * A store that loses data loses the memory of idempotency keys too, so a publisher that retries across the loss publishes
 * again. That is the store's doing and told apart from a hub that delivers one publication twice.
 */
function isRepeatAfterLoss(
  earlier: DeliveryRecord,
  later: DeliveryRecord,
  { publication, book }: { publication: BookedPublication | undefined; book: PublicationBook },
): boolean {
  if (publication === undefined || publication.attempts < 2) return false;
  return earlier.epoch !== later.epoch || book.isLost(earlier.id, earlier);
}

interface SpanCourt extends Court {
  readonly story: SubscriptionStory;
  /** The client still believes in it at the end, so nothing acknowledged may be missing from its tail either. */
  readonly isOpen: boolean;
}

function judgeSpan(span: Span, court: SpanCourt): void {
  const { found, tell } = court;
  const offsets = new Set<number>();
  let last = span.startOffset;
  for (const { offset } of span.deliveries) {
    if (offset < last && !offsets.has(offset)) {
      found.reordered += 1;
      tell(`offset ${offset} after ${last}`);
    }
    offsets.add(offset);
    last = Math.max(last, offset);
  }
  const crossing = findCrossing(span, court);
  if (crossing !== undefined) {
    found.silentForks += 1;
    tell(`went from a lost history into the one that replaced it, at offset ${crossing} of ${span.epoch}`);
  }
  const held = Math.max(last, span.heldOffset);
  judgeHoles(span, { ...court, offsets, last: held });
  if (court.isOpen) judgeTail(span, { ...court, last: held });
}

/** The first offset at which a client that had got a message of a lost history got one of the history that replaced it. */
function findCrossing(span: Span, { book }: SpanCourt): number | undefined {
  const firstLost = span.deliveries.findIndex((delivery) => book.isLost(delivery.id, delivery));
  if (firstLost === -1) return undefined;
  return span.deliveries.find((delivery, index) => index > firstLost && !book.isLost(delivery.id, delivery))?.offset;
}

function judgeHoles(span: Span, court: SpanCourt & { offsets: ReadonlySet<number>; last: number }): void {
  const { story, book, found, tell, offsets, last } = court;
  let isInHole = false;
  for (let offset = span.startOffset + 1; offset <= last; offset++) {
    const isMissing = !offsets.has(offset);
    if (isMissing && !isInHole) {
      found.silentGaps += 1;
      tell(`offset ${offset} of ${span.epoch} is missing`);
    }
    isInHole = isMissing;
    const place = { channel: story.channel, epoch: span.epoch, offset };
    const standing = isMissing ? book.standingAt(place) : undefined;
    if (standing !== undefined && book.find(standing.id)?.outcome === "ack") found.lostAcked += 1;
  }
}

/** On a quiet channel no later offset shows that the last ones are missing; only the publisher's ledger knows. */
function judgeTail(span: Span, { story, book, found, tell, last }: SpanCourt & { last: number }): void {
  const missing = book.inChannel(story.channel).filter((publication) => {
    const { acked, sendTs } = publication;
    if (acked === undefined || book.isLostByStore(publication)) return false;
    return acked.epoch === span.epoch ? acked.offset > last : sendTs > span.startTs;
  });
  if (missing.length === 0) return;
  found.lostAcked += missing.length;
  found.silentGaps += 1;
  tell(`${missing.length} acknowledged publications after offset ${last} of ${span.epoch} never came`);
}

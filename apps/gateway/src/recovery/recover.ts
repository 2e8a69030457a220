import type { History, StoredPublication } from "@switchyard/broker/broker";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { Accepts } from "./recent-stream.ts";

export interface RecoverInput {
  readonly mode: "stream" | "cache";
  /** Where the client stands; an empty epoch means it does not know one. */
  readonly from: StreamPosition;
  /** What was read from the stream: in stream mode everything after `from.offset`, in cache mode from the newest it wants to the top. */
  readonly history: History;
  /** What the client wants of what it missed; everything where it is left out. What it does not want it has not missed. */
  readonly accepts?: Accepts | undefined;
}

/**
 * Decides whether a client can continue where it stands, and with which publications. All or nothing: a part of what was
 * missed is never handed out, because the client could not see the hole.
 *
 * Stream mode succeeds when the epochs agree and the publications form a chain from where the client stands to the top. A
 * client that stands in a part of history Redis has lost finds no chain: offsets leap over that part.
 * Cache mode succeeds when the newest publication is there; one the client already has is not sent again.
 *
 * What arrived live while history was read is not merged here: the subscription holds it back and drops what the reply
 * already covers, by offset, when it goes live. The position to go live from is the top of this very reading.
 */
export function recover({ mode, from, history, accepts = () => true }: RecoverInput): {
  recovered: boolean;
  publications: readonly StoredPublication[];
} {
  const sameEpoch = from.epoch === "" || from.epoch === history.epoch;
  return mode === "cache"
    ? recoverNewest(from, history, { sameEpoch, accepts })
    : recoverAll(from, history, { sameEpoch, accepts });
}

const refused = { recovered: false, publications: [] } as const;

interface Terms {
  readonly sameEpoch: boolean;
  readonly accepts: Accepts;
}

function recoverAll(from: StreamPosition, history: History, { sameEpoch, accepts }: Terms) {
  if (!sameEpoch) return refused;
  const { publications } = history;
  let at = from.offset;
  for (const { offset, previousOffset } of publications) {
    if (previousOffset !== at) return refused;
    at = offset;
  }
  return at === history.offset ? { recovered: true, publications: publications.filter(accepts) } : refused;
}

function recoverNewest(from: StreamPosition, history: History, { sameEpoch, accepts }: Terms) {
  const newest = history.publications.at(-1);
  if (newest === undefined || newest.offset !== history.offset) return refused;
  const wanted = history.publications.findLast(accepts);
  const isKnown = sameEpoch && from.epoch !== "" && isBetween(from.offset, wanted?.offset ?? 0, newest.offset);
  return { recovered: true, publications: isKnown || wanted === undefined ? [] : [wanted] };
}

function isBetween(offset: number, first: number, last: number): boolean {
  return first <= offset && offset <= last;
}

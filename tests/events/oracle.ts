import type { ToldEvent } from "./told-event.ts";

/** What was true when nothing happened any more: keys, such as `user:ann`, of which somebody is there. */
export type Truth = ReadonlySet<string>;

/** Begins and ends of a state, by the type of the event. */
const begins: ReadonlySet<string> = new Set(["connection.opened", "channel.occupied", "user.online"]);
const ends: ReadonlySet<string> = new Set(["connection.closed", "channel.vacated", "user.offline"]);

/**
 * What a receiver was told, as it came, against what was promised: each event once by its id, those of a key in the order of their places,
 * begins and ends by turns, and who goes by the newest place of each key knows the truth. Returns what is wrong.
 */
export function judge(told: readonly ToldEvent[], truth: Truth): string[] {
  const states = told.filter(({ type }) => begins.has(type) || ends.has(type));
  return [...twice(told), ...backwards(told), ...outOfTurn(states), ...untrue(states, truth)];
}

function twice(told: readonly ToldEvent[]): string[] {
  const seen = new Set<string>();
  return told.flatMap(({ id }) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [`${id} was told twice`];
  });
}

function backwards(told: readonly ToldEvent[]): string[] {
  const last = new Map<string, ToldEvent>();
  return told.flatMap((event) => {
    const before = last.get(event.key);
    last.set(event.key, event);
    return before === undefined || isNewer(event, before)
      ? []
      : [`${event.id} came behind ${before.id}, which is newer`];
  });
}

function outOfTurn(states: readonly ToldEvent[]): string[] {
  const isThere = new Map<string, boolean>();
  return states.flatMap(({ id, type, key }) => {
    const before = isThere.get(key) ?? false;
    isThere.set(key, begins.has(type));
    return before === begins.has(type) ? [`${id} (${type}) tells what was so before`] : [];
  });
}

/** A receiver that ignores what is not newer than what it knows. */
function untrue(states: readonly ToldEvent[], truth: Truth): string[] {
  const known = new Map<string, ToldEvent>();
  for (const event of states) {
    const before = known.get(event.key);
    if (before === undefined || isNewer(event, before)) known.set(event.key, event);
  }
  const there = new Set(Array.from(known.values()).flatMap(({ type, key }) => (begins.has(type) ? [key] : [])));
  return [
    ...Array.from(there.difference(truth), (key) => `${key} is told to be there and is not`),
    ...Array.from(truth.difference(there), (key) => `${key} is there and nobody knows`),
  ];
}

export function isNewer(event: Pick<ToldEvent, "epoch" | "seq">, than: Pick<ToldEvent, "epoch" | "seq">): boolean {
  return event.epoch > than.epoch || (event.epoch === than.epoch && event.seq > than.seq);
}

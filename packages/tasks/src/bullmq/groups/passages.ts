import type { Backlog } from "../../backlog.ts";

/** Tasks that ever came in and left, at one moment. */
export interface Passage {
  readonly atMs: number;
  readonly entered: number;
  readonly left: number;
}

export interface Passages {
  /** The rates of the last ten seconds before this reading. */
  add(passage: Passage): Pick<Backlog, "inPerSecond" | "outPerSecond">;
}

const windowMs = 10_000;
const unknown = { inPerSecond: null, outPerSecond: null };

/**
 * Rates of the last ten seconds from readings that come when somebody asks. Where the window begins between two readings, what had passed by
 * then is reckoned from both in proportion: what is told must not depend on when others have asked.
 */
export function createPassages(): Passages {
  let known: readonly Passage[] = [];
  return {
    add(newest) {
      const beginMs = newest.atMs - windowMs;
      const all = [...known, newest];
      // One that is older than the window stays, so that there is always a whole window to look back over.
      known = all.slice(
        Math.max(
          0,
          all.findLastIndex(({ atMs }) => atMs <= beginMs),
        ),
      );
      const [first = newest, second = newest] = known;
      return first === newest
        ? unknown
        : ratesBetween(first.atMs < beginMs ? between(first, second, beginMs) : first, newest);
    },
  };
}

function between(a: Passage, b: Passage, atMs: number): Passage {
  const part = (atMs - a.atMs) / (b.atMs - a.atMs);
  const at = (from: number, to: number) => from + (to - from) * part;
  return { atMs, entered: at(a.entered, b.entered), left: at(a.left, b.left) };
}

/** Numbers that go back are those of a Redis that has lost its data, or of a task that came back: nothing is known then. */
function ratesBetween(first: Passage, last: Passage): ReturnType<Passages["add"]> {
  if (last.atMs <= first.atMs) return unknown;
  const seconds = (last.atMs - first.atMs) / 1_000;
  return {
    inPerSecond: Math.max(0, last.entered - first.entered) / seconds,
    outPerSecond: Math.max(0, last.left - first.left) / seconds,
  };
}

import { ApiError } from "../../errors/api-error.ts";

/** On so many an operator may act; more is an admin's, with a proof. */
export const fewMax = 100;
const withinMs = 10_000;

export interface FewBudget {
  /** How many more tasks somebody may act on for now. */
  left(who: string): number;
  /** @throws ApiError `acts_full` where it is more than is left */
  take(who: string, count: number): void;
  giveBack(who: string, count: number): void;
}

/**
 * A hundred tasks are few, and a hundred times that is all there is: within ten seconds, about as long as it takes to look at what has been
 * done, somebody acts on a hundred in all. By each api for itself, so behind several somebody may act on as many hundreds.
 */
export function createFewBudget(now: () => number = () => performance.now()): FewBudget {
  const used = new Map<string, { readonly sinceMs: number; count: number }>();

  function usedBy(who: string) {
    const atMs = now();
    for (const [one, { sinceMs }] of used) if (sinceMs + withinMs <= atMs) used.delete(one);
    const known = used.get(who) ?? { sinceMs: atMs, count: 0 };
    used.set(who, known);
    return known;
  }

  return {
    left: (who) => fewMax - usedBy(who).count,
    take(who, count) {
      const known = usedBy(who);
      if (known.count + count > fewMax) throw tooMany(Math.ceil((known.sinceMs + withinMs - now()) / 1_000));
      known.count += count;
    },
    giveBack(who, count) {
      const known = usedBy(who);
      known.count = Math.max(0, known.count - count);
    },
  };
}

function tooMany(seconds: number): ApiError {
  const message = `${fewMax} tasks in ${withinMs / 1_000} s are what this may act on; go on in ${seconds} s, or let an admin act on all`;
  return new ApiError("acts_full", message);
}

import { ApiError } from "../../errors/api-error.ts";

const everyMs = 10_000;

export interface FewTurns {
  /** @throws ApiError `acts_full` for somebody who has just had one */
  take(who: string): void;
  /** Nothing came of it. */
  giveBack(who: string): void;
}

/**
 * A hundred tasks at once are few, and a hundred times that is all there is: whoever may act on few waits between two such acts, for about
 * as long as it takes to look at what the first has done. By each api for itself, so several apis let somebody act as many times.
 */
export function createFewTurns(now: () => number = () => performance.now()): FewTurns {
  const next = new Map<string, number>();
  return {
    take(who) {
      const atMs = now();
      for (const [one, freeAtMs] of next) if (freeAtMs <= atMs) next.delete(one);
      const waitMs = (next.get(who) ?? atMs) - atMs;
      if (waitMs > 0) throw justNow(Math.ceil(waitMs / 1_000));
      next.set(who, atMs + everyMs);
    },
    giveBack: (who) => void next.delete(who),
  };
}

function justNow(seconds: number): ApiError {
  const message = `one act on a hundred tasks every ${everyMs / 1_000} s for each operator; the next in ${seconds} s, or let an admin act on all`;
  return new ApiError("acts_full", message);
}

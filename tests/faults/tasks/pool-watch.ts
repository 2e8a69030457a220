import { eventually } from "@switchyard/testkit/eventually";
import { childrenOf } from "@switchyard/testkit/process-tree";
import type { SupervisedApp } from "./supervised-app.ts";

export interface PoolWatch {
  /** Processes at the most, so far. */
  readonly most: number;
  /** Seconds from the beginning to the first time there were so many; undefined: there never were. */
  reached(count: number): number | undefined;
  /** Resolves when there are no more than this. @returns seconds it took */
  shrunkTo(count: number, timeoutMs: number): Promise<number>;
  stop(): void;
}

const everyMs = 500;

/** Counts the processes of a pool, those on their way out included. */
export function watchPool(worker: Pick<SupervisedApp, "process">): PoolWatch {
  const beganMs = performance.now();
  const reachedMs = new Map<number, number>();
  let most = 0;
  const look = () => {
    const count = worker.process === undefined ? 0 : childrenOf(worker.process.pid).length;
    most = Math.max(most, count);
    for (let each = 1; each <= count; each++) if (!reachedMs.has(each)) reachedMs.set(each, performance.now());
    return count;
  };
  const timer = setInterval(look, everyMs);
  return {
    get most() {
      return most;
    },
    reached(count) {
      const atMs = reachedMs.get(count);
      return atMs === undefined ? undefined : Math.round((atMs - beganMs) / 100) / 10;
    },
    async shrunkTo(count, timeoutMs) {
      const fromMs = performance.now();
      const check = () => {
        const now = look();
        if (now !== count) throw new Error(`there are ${now} processes`);
      };
      await eventually(check, { timeoutMs, everyMs });
      return Math.round((performance.now() - fromMs) / 1_000);
    },
    stop: () => clearInterval(timer),
  };
}

import type { WorkerState } from "../../worker-registry.ts";

export interface AgreedShare {
  /** Tasks at the same time; 0: as many as can. */
  readonly concurrency: number;
  /** The different things that workers say, the lowest first and "no bound" (0) last. */
  readonly said: readonly number[];
}

/**
 * What holds for each handler where workers differ, as they do in every rolling deployment that changes a share: the lowest. A share is there for what
 * bears no more, so too few at a time for as long as both run is the smaller mistake, and which of them has started last is an accident. A
 * worker of a release that does not say counts for nothing.
 */
export function agreeOnShares(workers: readonly Pick<WorkerState, "handlers">[]): ReadonlyMap<string, AgreedShare> {
  const said = new Map<string, Set<number>>();
  for (const { name, concurrency } of workers.flatMap(({ handlers }) => handlers)) {
    if (concurrency === undefined) continue;
    const numbers = said.get(name) ?? new Set();
    said.set(name, numbers.add(concurrency));
  }
  const unbounded = (concurrency: number) => (concurrency === 0 ? Infinity : concurrency);
  return new Map(
    [...said].map(([name, numbers]) => {
      const lowestFirst = [...numbers].toSorted((a, b) => unbounded(a) - unbounded(b));
      return [name, { concurrency: lowestFirst[0] ?? 0, said: lowestFirst }];
    }),
  );
}

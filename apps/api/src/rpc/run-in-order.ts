interface OrderOptions<E, R> {
  readonly isHopeless: (result: R) => boolean;
  readonly notTried: R;
  readonly timeoutMs: number;
  /** What it does keeps its place among others of this kind that are begun without waiting for it. */
  readonly keepsPlace: (entry: E) => boolean;
}

/**
 * Runs entries one after the other; those in a row that keep their places are begun together, once the first of all has its result. Once
 * `isHopeless` says so of a result, or the time is over, the rest is not tried and each gets `notTried`: every one of them would wait in
 * its turn, and nobody waits that long for an answer. So where all is hopeless from the beginning, one is tried and no more.
 */
export async function runInOrder<E, R>(
  entries: readonly E[],
  run: (entry: E, index: number) => Promise<R>,
  { isHopeless, notTried, timeoutMs, keepsPlace }: OrderOptions<E, R>,
): Promise<R[]> {
  const deadline = performance.now() + timeoutMs;
  const results: R[] = [];
  while (results.length < entries.length) {
    const begin = results.length;
    const other = entries.findIndex((entry, index) => index >= begin && !keepsPlace(entry));
    const end = begin === 0 ? 1 : Math.max(other === -1 ? entries.length : other, begin + 1);
    const together = entries.slice(begin, end).map((entry, index) => run(entry, begin + index));
    results.push(...(await Promise.all(together)));
    if (results.slice(begin).some(isHopeless) || performance.now() > deadline) break;
  }
  return [...results, ...Array<R>(entries.length - results.length).fill(notTried)];
}

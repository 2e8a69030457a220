/**
 * Runs entries one after the other. Once `isHopeless` says so of a result, or the time is over, the rest is not tried and
 * each gets `notTried`: every one of them would wait in its turn, and nobody waits that long for an answer.
 */
export async function runInOrder<E, R>(
  entries: readonly E[],
  run: (entry: E, index: number) => Promise<R>,
  { isHopeless, notTried, timeoutMs }: { isHopeless: (result: R) => boolean; notTried: R; timeoutMs: number },
): Promise<R[]> {
  const deadline = performance.now() + timeoutMs;
  const results: R[] = [];
  for (const [index, entry] of entries.entries()) {
    const result = await run(entry, index);
    results.push(result);
    if (isHopeless(result) || performance.now() > deadline) break;
  }
  return [...results, ...Array<R>(entries.length - results.length).fill(notTried)];
}

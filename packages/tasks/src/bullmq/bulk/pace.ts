/**
 * How long to wait before so many more are done, so that no second has more than `perSecond` beyond one step. What was missed while nothing could
 * be done is not made up for: a service that has just come back would meet all of it at once.
 */
export function createPace(
  perSecond: number,
  nowMs: () => number = () => performance.now(),
): (count: number) => number {
  let freeAtMs = 0;
  return (count) => {
    const askedMs = nowMs();
    const beginMs = Math.max(askedMs, freeAtMs);
    freeAtMs = beginMs + (count * 1_000) / perSecond;
    return beginMs - askedMs;
  };
}

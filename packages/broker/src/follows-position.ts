import type { History } from "./broker.ts";

/**
 * Whether a history that was read forwards from a position belongs to the same stream as the position: not when the stream has
 * begun anew, and not when Redis has lost the publication at the position and gone on without it. Publications right behind
 * the position may have been trimmed all the same. An empty epoch is any.
 */
export function followsPosition(
  history: History,
  { epoch, offset }: { epoch?: string | undefined; offset?: number | undefined },
): boolean {
  if (epoch !== undefined && epoch !== "" && epoch !== history.epoch) return false;
  if (offset === undefined) return true;
  const next = history.publications[0];
  return next === undefined ? offset <= history.offset : offset <= next.previousOffset;
}

/**
 * Leaps are a billion and more, so an offset that far below a position does not come before it: it continues another history
 * than the one the position is from (docs/decisions/0004).
 */
const leapMin = 500_000_000;

/** Whether whoever stands at a position of the same epoch has this publication already. */
export function isCovered({ offset }: { readonly offset: number }, position: { readonly offset: number }): boolean {
  return offset <= position.offset && position.offset - offset < leapMin;
}

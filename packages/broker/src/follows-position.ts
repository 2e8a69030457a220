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

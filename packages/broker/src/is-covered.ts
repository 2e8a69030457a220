/**
 * Leaps are a billion and more, so an offset that far below a position does not come before it: it continues another history
 * than the one the position is from (docs/decisions/0004).
 */
const leapMin = 500_000_000;

/** Whether whoever stands at a position of the same epoch has this publication already. */
export function isCovered({ offset }: { readonly offset: number }, position: { readonly offset: number }): boolean {
  return offset <= position.offset && position.offset - offset < leapMin;
}

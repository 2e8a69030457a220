import type { MoreNeeds, Need } from "../../answers/overview.ts";

/** So many of a kind are shown; a kind with one more is shown whole, since the line in its place would be as long. */
const shownOfKind = 3;

/** Those of a kind that stand together, the first of them in full. */
export interface FoldedKind {
  readonly code: Need["code"];
  readonly shown: readonly Need[];
  readonly folded: readonly Need[];
  /** Those that the api has counted and not listed. */
  readonly unlisted: MoreNeeds | undefined;
}

/**
 * Fifty groups in which something failed are one trouble to whoever looks first, and must not push the figures off the page. Kinds come in the
 * order of their first, the most urgent; what is only to be known stands apart from what needs somebody.
 */
export function foldNeeds(needs: readonly Need[], more: readonly MoreNeeds[]): readonly FoldedKind[] {
  const kinds = Map.groupBy(needs, ({ code, severity }) => `${code} ${severity === "notice" ? "notice" : ""}`);
  return [...kinds.values()].flatMap((own) => {
    const shown = own.slice(0, own.length > shownOfKind + 1 ? shownOfKind : own.length);
    const [first] = own;
    if (first === undefined) return [];
    const unlisted = more.find(({ code, severity }) => code === first.code && severity === first.severity);
    return { code: first.code, shown, folded: own.slice(shown.length), unlisted };
  });
}

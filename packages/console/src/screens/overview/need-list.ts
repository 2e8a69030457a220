import { useSignal } from "@preact/signals";
import { Fragment, h, type VNode } from "preact";
import type { Need, OverviewAnswer } from "../../answers/overview.ts";
import { useWords } from "../../state/use-words.ts";
import { button, li, p, part, ul } from "../../ui/html.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { foldNeeds, type FoldedKind } from "./fold-needs.ts";
import { keyOf, NeedRow } from "./need-row.ts";
import { words } from "./words.ts";

/** What needs somebody, of each kind the first; the rest of a kind unfolds. */
export function NeedList({ needs, moreNeeds }: Pick<OverviewAnswer, "needs" | "moreNeeds">): VNode {
  return ul(
    { class: "needs panel" },
    foldNeeds(needs, moreNeeds).map((kind) => part(Kind, { key: `${kind.code} ${kind.shown[0]?.severity}`, kind })),
  );
}

function Kind({ kind: { shown, folded, unlisted } }: { readonly kind: FoldedKind }): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const isOpen = useSignal(false);
  const rows = (of: readonly Need[]) => of.map((need) => part(NeedRow, { key: keyOf(need), need }));
  return h(
    Fragment,
    null,
    rows(shown),
    isOpen.value && rows(folded),
    folded.length > 0 &&
      li(
        { class: "need more" },
        button(
          { class: "plain", "aria-expanded": isOpen.value, onClick: () => (isOpen.value = !isOpen.value) },
          isOpen.value ? said.fewerNeeds : said.moreNeeds(numbers.count(folded.length)),
        ),
      ),
    unlisted !== undefined &&
      li(
        { class: "need more" },
        p({ class: "soft" }, said.unlisted(numbers.count(unlisted.count), unlisted.isAtLeast)),
      ),
  );
}

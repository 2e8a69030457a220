import { Fragment, h, type VNode } from "preact";
import type { OverviewAnswer } from "../../answers/overview.ts";
import { useDesk } from "../../state/desk.ts";
import { useWords } from "../../state/use-words.ts";
import { Answer } from "../../ui/answer.ts";
import { h1, header, part, span } from "../../ui/html.ts";
import { icon } from "../../ui/icon.ts";
import { Later } from "../../ui/later.ts";
import { When } from "../../ui/when.ts";
import { Figures } from "./figures.ts";
import type { LowerHalfProps } from "./lower-half.ts";
import { NeedList } from "./need-list.ts";
import { words } from "./words.ts";

/** The first screen: what is wrong stands on top and can be mended from here; below, how much there is and where. */
export function Overview(): VNode {
  const { overview } = useDesk();
  return part(Answer<OverviewAnswer>, { of: overview, show: (hub) => part(Shown, { hub }) });
}

function Shown({ hub }: { readonly hub: OverviewAnswer }): VNode {
  const said = useWords(words);
  const { overview, hub: calls, clock } = useDesk();
  const { urgent, notices: rest, isAtLeast } = hub.needTotals;
  const worst = hub.needs[0]?.severity;
  return h(
    Fragment,
    null,
    header(
      { class: "verdict" },
      icon(worst === undefined || urgent === 0 ? "fine" : worst),
      h1(
        { class: urgent === 0 ? "fine" : (worst ?? "fine") },
        urgent === 0 ? said.fine : said.needYou(urgent, isAtLeast),
      ),
      span({ class: "soft" }, rest > 0 ? said.toKnow(rest) : urgent === 0 && said.fineDetail),
      span(
        { class: "soft as-of" },
        said.asOf,
        " ",
        part(When, { atMs: Math.min(clock.nowMs.value, overview.answeredAtMs.value + calls.clockLeadMs.value) }),
      ),
    ),
    hub.needs.length > 0 && part(NeedList, hub),
    !hub.isNarrow && part(Figures, { hub }),
    part(Later<LowerHalfProps>, { load: async () => (await import("./lower-half.ts")).LowerHalf, properties: { hub } }),
  );
}

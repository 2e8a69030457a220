import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useId } from "preact/hooks";
import type { BulkActAnswer, BulkActName, BulkCountAnswer, BulkFilterAnswer } from "../../answers/bulk-acts.ts";
import { useDesk } from "../../state/desk.ts";
import { useWords } from "../../state/use-words.ts";
import { AskButton } from "../../ui/ask-button.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.ts";
import { bdi, code, label, option, p, part, select, span } from "../../ui/html.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { useActs } from "../use-acts.ts";
import { useOnce } from "../use-once.ts";
import { filterText } from "./filter-text.ts";
import { bulkWords } from "./words.ts";

export interface BulkProps {
  readonly act: BulkActName;
  readonly filter: BulkFilterAnswer;
  /** On the button, where it is not about all that a page has found. */
  readonly text?: string;
  /** How many of them the page shows, where it shows some. */
  readonly shown?: number;
  readonly onBegun: () => void;
}

/** On so many an operator may act, and nobody has to prove anew who they are. */
const fewMax = 100;
const rates = [1, 5, 20, 100, 500, 1_000] as const;

/** Asks how many match, and at what rate it is to be done to them. */
export function BulkButton(props: BulkProps): VNode | null {
  const said = useWords(bulkWords);
  if (!useDesk().operator.mayAct) return null;
  const { act, text = said.all[act] } = props;
  return part(AskButton, { text, ask: (onClose) => part(BulkDialog, { ...props, onClose }) });
}

function BulkDialog({ act, filter, shown, onBegun, onClose }: BulkProps & { readonly onClose: () => void }): VNode {
  const said = useWords(bulkWords);
  const numbers = useNumbers();
  const { hub, operator } = useDesk();
  const { tell } = useActs();
  const perSecond = useSignal(20);
  // Counted once: what is confirmed is what was counted.
  const { found: count, failure } = useOnce((api) => api.read<BulkCountAnswer>("bulk-acts/count", { act, filter }));
  const matched = count?.matched ?? 0;
  const isFew = operator.role !== "admin" || matched <= fewMax;
  const all = isFew ? Math.min(matched, fewMax) : matched;
  const begin = async (reason: string) => {
    const body = {
      act,
      filter,
      perSecond: perSecond.value,
      ...(count !== undefined && { untilMs: count.untilMs }),
      ...(reason !== "" && { reason }),
    };
    await hub.act<BulkActAnswer>("POST", isFew ? "bulk-acts/few" : "bulk-acts", { body, reason });
    await tell({ done: said.begun, after: onBegun });
  };
  const isMore = matched > all;
  return part(ConfirmDialog, {
    title: said.title[act],
    effect: [
      p(null, said.asked, " ", code(null, bdi(null, filterText(filter) || said.everything))),
      p(
        { role: "status" },
        count === undefined
          ? (failure ?? said.counting)
          : said.matches(numbers.count(matched), matched === 1, count.isComplete),
        shown !== undefined && count !== undefined && matched > shown && ` ${said.onPage(shown)}`,
      ),
      isMore && p({ class: "bad" }, said.few(numbers.count(fewMax))),
      p(null, said.effect[act]),
      p({ class: "soft" }, said.frozen),
      part(RateField, { perSecond, all }),
    ],
    act: said.doIt[act](count === undefined ? "…" : numbers.count(all)),
    isGrave: act !== "retry",
    asksReason: isFew ? true : "needed",
    isReady: all > 0,
    ...(!isFew && { retype: String(matched) }),
    onConfirm: begin,
    onClose,
  });
}

interface RateProps {
  readonly perSecond: { value: number };
  readonly all: number;
}

function RateField({ perSecond, all }: RateProps): VNode {
  const said = useWords(bulkWords);
  const numbers = useNumbers();
  const id = useId();
  return p(
    { class: "inline" },
    label({ for: id }, said.rate),
    select(
      {
        id,
        value: String(perSecond.value),
        onChange: (event) => (perSecond.value = Number(event.currentTarget.value)),
      },
      rates.map((rate) =>
        option({ key: String(rate), value: String(rate), selected: rate === perSecond.value }, numbers.count(rate)),
      ),
    ),
    all > 0 && span({ class: "soft" }, said.takes(numbers.span((all / perSecond.value) * 1_000))),
  );
}

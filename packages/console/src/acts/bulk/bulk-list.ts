import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { BulkActAnswer, BulkActListAnswer } from "../../answers/bulk-acts.ts";
import { useDesk } from "../../state/desk.ts";
import type { Poll } from "../../state/poll.ts";
import { usePoll } from "../../state/use-poll.ts";
import { useWords } from "../../state/use-words.ts";
import { bdi, button, code, div, h2, header, li, part, progress, section, span, ul } from "../../ui/html.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { useActs } from "../use-acts.ts";
import { filterText } from "./filter-text.ts";
import { bulkWords } from "./words.ts";

const everyMs = 5_000;
const runningEveryMs = 1_000;
/** What has ended is shown for so long. */
const endedShownMs = 600_000;

/** Asked for by whoever shows {@link BulkList}, so that what was begun is seen at once. */
export function useBulkActs(): Poll<BulkActListAnswer> {
  return usePoll<BulkActListAnswer>("bulk-acts", everyMs);
}

export interface BulkListProps {
  readonly acts: Poll<BulkActListAnswer>;
  /** Those of one group alone; `-` is that of tasks without one. */
  readonly group?: string;
  /** What is shown of tasks is of before. */
  readonly onEnded: () => void;
}

/** What is done to many tasks, how far it is, and a way to stop it. Nothing, where nothing goes on and nothing has just ended. */
export function BulkList({ acts, group, onEnded }: BulkListProps): VNode | null {
  const said = useWords(bulkWords);
  const { clock } = useDesk();
  const shown = (acts.data.value?.bulkActs ?? []).filter(
    ({ endedAtMs, filter }) =>
      (endedAtMs === null || clock.nowMs.value - endedAtMs < endedShownMs) &&
      (group === undefined || filter.group === group),
  );
  if (shown.length === 0) return null;
  return section(
    { class: "panel" },
    header(null, h2(null, said.panel)),
    ul(
      { class: "bulk-acts" },
      shown.map((one) =>
        one.status === "running"
          ? part(Running, { key: one.id, one, onEnded: () => void acts.refresh().then(onEnded) })
          : part(OneAct, { key: one.id, one }),
      ),
    ),
  );
}

/** Followed by itself, as long as it goes on. */
function Running({ one, onEnded }: { readonly one: BulkActAnswer; readonly onEnded: () => void }): VNode {
  const said = useWords(bulkWords);
  const numbers = useNumbers();
  const { hub, operator } = useDesk();
  const { perform } = useActs();
  const poll = usePoll<BulkActAnswer>(`bulk-acts/${one.id}`, runningEveryMs);
  const now = poll.data.value ?? one;
  const isOver = now.status !== "running";
  useEffect(() => (isOver ? onEnded() : undefined), [isOver]);
  const name = said.abortOf(said.doing[one.act], filterText(one.filter) || said.everything);
  const abort = async () => {
    const run = () => hub.send<BulkActAnswer>("POST", `bulk-acts/${one.id}/abort`);
    await perform({ name, run, done: said.aborted(numbers.count(now.done)) });
    onEnded();
  };
  return part(OneAct, {
    one: now,
    ...(operator.mayAct && {
      stop: button({ class: "quiet", "aria-label": name, onClick: () => void abort() }, said.abort),
    }),
  });
}

function OneAct({ one, stop }: { readonly one: BulkActAnswer; readonly stop?: VNode }): VNode {
  const said = useWords(bulkWords);
  const numbers = useNumbers();
  const { act, filter, status, matched, limit, done, skipped, perSecond, by } = one;
  const all = Math.max(Math.min(matched, limit ?? matched), done);
  const text = said.of(numbers.count(done), numbers.count(all));
  return li(
    { class: status },
    div(
      { class: "bulk-head" },
      span(null, said.doing[act]),
      code(null, bdi(null, filterText(filter) || said.everything)),
      span({ class: "soft" }, `${said.status[status]} · ${said.perSecond(numbers.count(perSecond))} · ${said.by(by)}`),
      stop,
    ),
    progress({ max: Math.max(all, 1), value: Math.min(done + skipped, all), "aria-label": text }, text),
    div({ class: "soft" }, text, skipped > 0 && ` · ${said.skipped(numbers.count(skipped))}`),
  );
}

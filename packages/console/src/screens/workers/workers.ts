import type { VNode } from "preact";
import { filterText } from "../../acts/bulk/filter-text.ts";
import { ResumeQueueButton } from "../../acts/queue-acts.ts";
import type { HandlerAnswer, ProcessAnswer, WorkersAnswer } from "../../answers/processes.ts";
import { needWords, titleOfNeed } from "../../needs/need-words.ts";
import { useDesk } from "../../state/desk.ts";
import { usePoll } from "../../state/use-poll.ts";
import { useWords } from "../../state/use-words.ts";
import { Answer } from "../../ui/answer.ts";
import { type Column, dataTable } from "../../ui/data-table.ts";
import { figure } from "../../ui/figure.ts";
import { a, bdi, code, div, dl, h1, h2, header, p, part, pre, section, span } from "../../ui/html.ts";
import { Load } from "../../ui/load.ts";
import { StatusChip } from "../../ui/status-chip.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { When } from "../../ui/when.ts";
import { words } from "./words.ts";

const everyMs = 2_000;

/** Who runs what, and whether that is enough. */
export function Workers(): VNode {
  const poll = usePoll<WorkersAnswer>("workers", everyMs);
  return part(Answer<WorkersAnswer>, { of: poll, show: (found) => part(Shown, { found }) });
}

function Shown({ found }: { readonly found: WorkersAnswer }): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const { needSlots, slots, workers } = found;
  const sentence = needSlots > slots ? said.tooFew : said.enough;
  const isNone = !workers.some(({ state }) => state === "up");
  return div(
    { class: "answer" },
    header({ class: "screen-head" }, h1(null, said.title)),
    p(
      { class: isNone || needSlots > slots ? "why bad" : "why" },
      isNone ? said.none : sentence(numbers.count(needSlots), numbers.count(slots)),
    ),
    part(PausedQueue, {}),
    part(NeedFigures, { found }),
    part(Handlers, { handlers: found.handlers }),
    part(WorkerTable, { workers }),
  );
}

/** Workers stand idle beside a queue that is paused as a whole. */
function PausedQueue(): VNode | null {
  const said = useWords(needWords);
  const numbers = useNumbers();
  const need = useDesk().overview.data.value?.needs.find(({ code }) => code === "queue_paused");
  if (need === undefined) return null;
  return div(
    { class: "why bad stopped" },
    p(null, titleOfNeed(need, said, numbers.count)),
    part(ResumeQueueButton, {}),
  );
}

function NeedFigures({ found }: { readonly found: WorkersAnswer }): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const target = numbers.span(found.targetWaitSeconds * 1_000);
  return section(
    { class: "figures panel" },
    dl(
      { class: "five" },
      figure({ title: said.need, value: numbers.count(found.needSlots), detail: said.needDetail(target) }),
      figure({ title: said.slots, value: numbers.count(found.slots), detail: "" }),
      figure({ title: said.busy, value: numbers.count(found.busy), detail: "" }),
      figure({ title: said.runnable, value: numbers.count(found.runnable), detail: "" }),
      figure({ title: said.oldest, value: numbers.span(found.oldestRunnableAgeMs), detail: "" }),
    ),
  );
}

function Handlers({ handlers }: { readonly handlers: readonly HandlerAnswer[] }): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const { route } = useDesk();
  const columns: readonly Column<HandlerAnswer>[] = [
    {
      title: said.handler,
      cell: ({ name }) => a({ href: route.href(["tasks"], { q: filterText({ handler: name }) }) }, bdi(null, name)),
    },
    { title: said.kind, cell: ({ kind, version }) => [kind === "" ? "–" : kind, version !== "" && ` ${version}`] },
    {
      title: said.have,
      isNumber: true,
      // The hub's own are those of every worker.
      cell: ({ workers, name }) =>
        workers > 0 || name.startsWith("hub.") ? numbers.count(workers) : span({ class: "bad" }, said.nobody),
    },
    { title: said.runnable, isNumber: true, cell: ({ runnable }) => numbers.count(runnable) },
    { title: said.retrying, isNumber: true, cell: ({ retrying }) => numbers.count(retrying) },
    {
      title: said.seconds,
      isNumber: true,
      cell: ({ attemptSeconds }) => numbers.span(attemptSeconds === null ? null : attemptSeconds * 1_000),
    },
  ];
  return section(
    { class: "panel" },
    header(null, h2(null, said.handlers)),
    handlers.length === 0
      ? p({ class: "empty" }, said.noHandlers)
      : dataTable({ title: said.handlers, columns, rows: handlers, keyOf: ({ name }) => name }),
  );
}

function WorkerTable({ workers }: { readonly workers: readonly ProcessAnswer[] }): VNode {
  const said = useWords(words);
  const columns: readonly Column<ProcessAnswer>[] = [
    { title: said.worker, cell: ({ name }) => bdi(null, name) },
    { title: said.state, cell: ({ state }) => part(StatusChip, { status: state }) },
    {
      title: said.pool,
      cell: ({ worker }) => (worker === null || worker.pool === null ? "–" : bdi(null, worker.pool)),
    },
    { title: said.busy, cell: ({ worker, state }) => (worker === null || state === "gone" ? "–" : part(Load, worker)) },
    { title: said.version, cell: ({ version }) => version },
    {
      title: said.since,
      isNumber: true,
      cell: ({ startedAtMs }) => (startedAtMs === null ? "–" : part(When, { atMs: startedAtMs })),
    },
    { title: said.seen, isNumber: true, cell: ({ lastSeenAtMs }) => part(When, { atMs: lastSeenAtMs }) },
  ];
  return section(
    { class: "panel" },
    header(null, h2(null, said.title)),
    workers.length === 0
      ? div({ class: "empty" }, p(null, said.none), pre(null, code(null, said.start)))
      : dataTable({
          title: said.title,
          columns,
          rows: workers,
          keyOf: ({ uid }) => uid,
          isFaint: ({ state }) => state === "gone",
        }),
  );
}

import type { VNode } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { BulkButton } from "../../acts/bulk/bulk-button.ts";
import { BulkList, useBulkActs } from "../../acts/bulk/bulk-list.ts";
import type { BulkActName } from "../../answers/bulk-acts.ts";
import type { TaskPageAnswer } from "../../answers/tasks.ts";
import { type Operator, useDesk } from "../../state/desk.ts";
import { useRowPoll } from "../../state/use-poll.ts";
import { useWords } from "../../state/use-words.ts";
import { Answer } from "../../ui/answer.ts";
import { a, div, h1, header, p, part, section, span } from "../../ui/html.ts";
import { FirstCall, firstTask } from "../../ui/first-call.ts";
import { SearchField } from "../../ui/search-field.ts";
import { segments } from "../../ui/segments.ts";
import { useStatusWords } from "../../ui/status-chip.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { OneTask } from "./one-task.ts";
import { queryOf, readSearchText, type SearchText, taskStatuses, withField } from "./search-text.ts";
import { TaskTable } from "./task-table.ts";
import { words } from "./words.ts";

const everyMs = 5_000;
const pageSize = "50";
const askOnMs = 5_000;

/** `/tasks`, and `/tasks/:id` of one. */
export function Tasks(): VNode {
  const [, id] = useDesk().route.place.value.path;
  return id === undefined ? part(TaskList, {}) : part(OneTask, { id });
}

function TaskList(): VNode {
  const said = useWords(words);
  const statusWords = useStatusWords();
  const { route } = useDesk();
  const { q = "" } = route.place.value.query;
  const asked = readSearchText(q);
  const choices = [undefined, ...taskStatuses].map((status) => ({
    text: status === undefined ? said.all : statusWords[status],
    href: route.href(["tasks"], { q: withField(q, "status", status) }),
    isHere: asked.status === status,
  }));
  return div(
    { class: "screen" },
    header({ class: "screen-head" }, h1(null, said.title), segments(said.state, choices)),
    part(SearchField, {
      key: q,
      text: q,
      label: said.search,
      hint: said.searchHint,
      find: said.find,
      onFind: (text) => {
        const { id, unknown } = readSearchText(text);
        if (id !== undefined && unknown.length === 0) route.go(["tasks", id]);
        else route.go(["tasks"], { q: text });
      },
    }),
    asked.unknown.length > 0 && p({ class: "bad", role: "alert" }, said.unknown(asked.unknown.join(" "))),
    // What was not understood would be left out of the question, and the answer be taken for its own.
    asked.unknown.length === 0 && part(Found, { key: q, q }),
  );
}

/** What can be done to all that match, from the question they were found by. */
function bulkOf(asked: SearchText, { seesAll }: Pick<Operator, "seesAll">): readonly BulkActName[] {
  const { status, id, until, group } = asked;
  // Who sees some groups only acts on one of them at a time.
  if (!seesAll && group === undefined) return [];
  // Acts on many go up to the moment they are counted.
  if (id !== undefined || until !== undefined) return [];
  if (status === "failed") return ["retry", "discard"];
  const isOpen = status === "queued" || status === "running" || status === "retrying";
  return isOpen ? ["cancel"] : [];
}

function Found({ q }: { readonly q: string }): VNode {
  const { route, clock, operator } = useDesk();
  const { cursor = "" } = route.place.value.query;
  const asked = readSearchText(q);
  // `since:1h` is fixed when it is asked: an hour that moves on would be another search with each page, and an act on other tasks.
  const query = useMemo(() => queryOf(asked, clock.read()), [q]);
  const askOnUntilMs = useMemo(() => performance.now() + askOnMs, [q]);
  const path = `tasks?${new URLSearchParams({ ...query, limit: pageSize, ...(cursor !== "" && { cursor }) })}`;
  const acts = useBulkActs();
  const { poll, whilePointedAt } = useRowPoll<TaskPageAnswer>(path, everyMs, cursor !== "");
  return part(Answer<TaskPageAnswer>, {
    of: poll,
    show: (page) => [
      // Also under a pointer that holds the rows: they show what these tasks were before.
      part(BulkList, { acts, onEnded: () => void poll.refresh() }),
      page.tasks.length > 0 &&
        div(
          { class: "acts" },
          bulkOf(asked, operator).map((act) =>
            part(BulkButton, {
              key: act,
              act,
              filter: query,
              shown: page.tasks.length,
              onBegun: () => void acts.refresh(),
            }),
          ),
        ),
      section(
        { class: "panel", ...whilePointedAt },
        page.tasks.length === 0
          ? part(NoTask, { isMore: page.cursor !== null, isAll: q === "" })
          : part(TaskTable, { tasks: page.tasks, q }),
      ),
      part(AskOn, { page, q, untilMs: askOnUntilMs }),
      part(Pages, { page, q, cursor }),
    ],
  });
}

function NoTask({ isMore, isAll }: { readonly isMore: boolean; readonly isAll: boolean }): VNode {
  const said = useWords(words);
  if (isMore || !isAll) return p({ class: "empty" }, isMore ? said.noneSoFar : said.none);
  return part(FirstCall, { text: said.noneAtAll, ...firstTask });
}

/** Where nothing was found yet and there is more to look at, it goes on by itself for some seconds; after that, at a click. */
function AskOn({ page: { tasks, cursor }, q, untilMs }: AskOnProps): null {
  const { route } = useDesk();
  useEffect(() => {
    if (tasks.length === 0 && cursor !== null && performance.now() < untilMs) route.refine({ q, cursor });
  }, [cursor]);
  return null;
}

interface AskOnProps {
  readonly page: TaskPageAnswer;
  readonly q: string;
  readonly untilMs: number;
}

interface PagesProps {
  readonly page: TaskPageAnswer;
  readonly q: string;
  readonly cursor: string;
}

function Pages({ page, q, cursor }: PagesProps): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const { route } = useDesk();
  return div(
    { class: "pages" },
    span({ class: "soft" }, said.looked(page.tasks.length, numbers.count(page.examined), numbers.count(page.total))),
    cursor !== "" && a({ href: route.href(["tasks"], { q }) }, said.first),
    page.cursor !== null &&
      a({ href: route.href(["tasks"], { q, cursor: page.cursor }) }, page.isComplete ? said.more : said.goOn),
  );
}

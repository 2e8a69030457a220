import { useSignal } from "@preact/signals";
import { Fragment, h, type VNode } from "preact";
import type { GroupAnswer, GroupPageAnswer } from "../../answers/tasks.ts";
import { useDesk } from "../../state/desk.ts";
import { isAddressable } from "../../state/place.ts";
import { useRowPoll } from "../../state/use-poll.ts";
import { useWords } from "../../state/use-words.ts";
import { Answer } from "../../ui/answer.ts";
import { type Column, dataTable } from "../../ui/data-table.ts";
import { FirstCall, firstTask } from "../../ui/first-call.ts";
import { GroupLink } from "../../ui/group-link.ts";
import { a, bdi, button, div, form, h1, header, input, p, part, section, span } from "../../ui/html.ts";
import { segments } from "../../ui/segments.ts";
import { StatusChip, useStatusWords } from "../../ui/status-chip.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { When } from "../../ui/when.ts";
import { OneGroup } from "./one-group.ts";
import { words } from "./words.ts";

const statuses = ["paused", "maxed", "limited", "ready", "idle"] as const;
const everyMs = 5_000;

interface GroupQuery {
  readonly status?: string;
  readonly sort?: string;
}

/** `/groups`, and `/groups/:id` of one. */
export function Groups(): VNode {
  const { route } = useDesk();
  const [, id] = route.place.value.path;
  return id === undefined ? part(GroupList, {}) : part(OneGroup, { group: id === "-" ? "" : id });
}

function GroupList(): VNode {
  const said = useWords(words);
  const statusWords = useStatusWords();
  const { route } = useDesk();
  const { status = "", sort = "", cursor = "" } = route.place.value.query;
  const query = new URLSearchParams({
    limit: "100",
    ...(status !== "" && { status }),
    ...(sort !== "" && { sort }),
    ...(cursor !== "" && { cursor }),
  });
  const { poll, whilePointedAt } = useRowPoll<GroupPageAnswer>(`groups?${query}`, everyMs);
  const choices = [
    { text: said.all, query: {} },
    ...statuses.map((one) => ({ text: statusWords[one], query: { status: one } })),
    { text: said.dead, query: { sort: "failed" } },
  ].map(({ text, query: asked }: { readonly text: string; readonly query: GroupQuery }) => ({
    text,
    href: route.href(["groups"], { ...asked }),
    isHere: (asked.status ?? "") === status && (asked.sort ?? "") === sort,
  }));
  return div(
    { class: "screen" },
    header({ class: "screen-head" }, h1(null, said.title), segments(said.filter, choices), part(OpenByName, {})),
    part(Answer<GroupPageAnswer>, {
      of: poll,
      show: ({ groups, cursor: next }) =>
        h(
          Fragment,
          null,
          section(
            { class: "panel", ...whilePointedAt },
            groups.length === 0
              ? status + sort === ""
                ? part(FirstCall, { text: said.none, ...firstTask })
                : p({ class: "empty" }, said.noneWith)
              : part(GroupTable, { groups: sort === "" ? groups.toSorted(byTrouble) : groups }),
          ),
          (next !== null || cursor !== "") &&
            div(
              { class: "pages" },
              cursor !== "" && a({ href: route.href(["groups"], { status }) }, said.first),
              next !== null && a({ href: route.href(["groups"], { status, cursor: next }) }, said.more),
            ),
        ),
    }),
  );
}

/** There is no index of the beginnings of names, so it goes to the one that is named. */
function OpenByName(): VNode {
  const said = useWords(words);
  const { route, notices } = useDesk();
  const name = useSignal("");
  const open = (event: Event) => {
    event.preventDefault();
    if (name.value === "") return;
    // Blanks are part of a name, at its ends, too.
    if (isAddressable(name.value)) route.go(["groups", name.value]);
    else notices.tell({ kind: "failed", text: said.noSuchName(name.value) });
  };
  return form(
    { class: "inline", onSubmit: open },
    input({
      "aria-label": said.open,
      placeholder: said.open,
      maxLength: 128,
      value: name.value,
      onInput: (event) => (name.value = event.currentTarget.value),
    }),
    button({ class: "quiet" }, said.openAct),
  );
}

/** What stands still comes first, then what has most waiting; within the page, for the list itself has no order. */
function byTrouble(one: GroupAnswer, other: GroupAnswer): number {
  const rank = ({ status, deadLetters }: GroupAnswer) => (status === "paused" ? 2 : deadLetters > 0 ? 1 : 0);
  return rank(other) - rank(one) || other.waiting - one.waiting || (one.id < other.id ? -1 : 1);
}

function GroupTable({ groups }: { readonly groups: readonly GroupAnswer[] }): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const rateOf = ({ settings: { rate } }: GroupAnswer) =>
    rate === null ? "–" : said.rateOf(numbers.count(rate.max), numbers.span(rate.perMs));
  const columns: readonly Column<GroupAnswer>[] = [
    { title: said.group, cell: ({ id }) => part(GroupLink, { group: id }) },
    {
      title: said.state,
      isWide: true,
      cell: ({ status, reason }) => [
        part(StatusChip, { status }),
        reason !== null && bdi({ class: "soft reason" }, reason),
      ],
    },
    { title: said.waiting, isNumber: true, cell: ({ waiting }) => numbers.count(waiting) },
    {
      title: said.active,
      isNumber: true,
      cell: ({ active, settings: { concurrency } }) =>
        `${numbers.count(active)} / ${concurrency === null ? "∞" : numbers.count(concurrency)}`,
    },
    { title: said.held, isNumber: true, cell: ({ held }) => numbers.count(held) },
    { title: said.rate, isNumber: true, cell: rateOf },
    { title: said.weight, isNumber: true, cell: ({ settings }) => numbers.rate(settings.weight) },
    {
      title: said.oldest,
      isNumber: true,
      cell: ({ oldest }) => (oldest === null ? "–" : part(When, { atMs: oldest.enqueuedAtMs })),
    },
    {
      title: said.dead,
      isNumber: true,
      cell: ({ deadLetters }) => (deadLetters === 0 ? "0" : span({ class: "bad" }, numbers.count(deadLetters))),
    },
  ];
  return dataTable({ title: said.title, columns, rows: groups, keyOf: ({ id }) => id });
}

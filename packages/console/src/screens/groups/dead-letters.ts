import type { VNode } from "preact";
import { groupPath } from "../../acts/group-acts.ts";
import { DiscardTaskButton, RetryButton } from "../../acts/task-acts.ts";
import type { DeadLetterAnswer, DeadLetterPageAnswer } from "../../answers/tasks.ts";
import { useDesk } from "../../state/desk.ts";
import { usePoll } from "../../state/use-poll.ts";
import { useWords } from "../../state/use-words.ts";
import { Answer } from "../../ui/answer.ts";
import { type Column, dataTable } from "../../ui/data-table.ts";
import { a, bdi, div, h2, header, p, part, section, span } from "../../ui/html.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { When } from "../../ui/when.ts";
import { words } from "./words.ts";

export interface DeadLettersProps {
  readonly group: string;
  /** Asked for again when there are more or fewer. */
  readonly count: number;
  readonly onDone: () => void;
}

const everyMs = 10_000;

/** What of a group failed for good, the newest first. */
export function DeadLetters({ group, count, onDone }: DeadLettersProps): VNode {
  const said = useWords(words);
  const { route } = useDesk();
  const { dead = "" } = route.place.value.query;
  const query = new URLSearchParams({ limit: "20", ...(dead !== "" && { cursor: dead }) });
  // The number stands in the address of the question and is no part of it: another number is another poll.
  const poll = usePoll<DeadLetterPageAnswer>(`${groupPath(group)}/dead?${query}#${count}`, everyMs);
  const [, id = ""] = route.place.value.path;
  return section(
    { class: "panel" },
    header(null, h2(null, said.deadTitle)),
    part(Answer<DeadLetterPageAnswer>, {
      of: poll,
      show: ({ deadLetters, cursor }) => [
        deadLetters.length === 0
          ? p({ class: "empty" }, said.deadNone)
          : part(LetterTable, { letters: deadLetters, onDone }),
        (cursor !== null || dead !== "") &&
          div(
            { class: "pages" },
            dead !== "" && a({ href: route.href(["groups", id]) }, said.first),
            cursor !== null && a({ href: route.href(["groups", id], { dead: cursor }) }, said.more),
          ),
      ],
    }),
  );
}

function LetterTable({
  letters,
  onDone,
}: {
  readonly letters: readonly DeadLetterAnswer[];
  readonly onDone: () => void;
}) {
  const said = useWords(words);
  const numbers = useNumbers();
  const { route, operator } = useDesk();
  const columns: readonly Column<DeadLetterAnswer>[] = [
    { title: said.task, cell: ({ id }) => a({ class: "mono", href: route.href(["tasks", id]) }, id) },
    { title: said.handler, cell: ({ handler }) => bdi(null, handler) },
    { title: said.reason, isWide: true, cell: ({ reason }) => bdi({ class: "reason" }, reason) },
    { title: said.attempts, isNumber: true, cell: ({ attempts }) => numbers.count(attempts) },
    { title: said.when, isNumber: true, cell: ({ failedAtMs }) => part(When, { atMs: failedAtMs }) },
    ...(operator.mayAct
      ? [
          {
            title: "",
            cell: ({ id }: DeadLetterAnswer) =>
              span({ class: "acts" }, part(RetryButton, { id, onDone }), part(DiscardTaskButton, { id, onDone })),
          },
        ]
      : []),
  ];
  return dataTable({ title: said.deadTitle, columns, rows: letters, keyOf: ({ id }) => id });
}

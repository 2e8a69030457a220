import type { VNode } from "preact";
import type { TaskHeadAnswer } from "../../answers/tasks.ts";
import { useDesk } from "../../state/desk.ts";
import { useWords } from "../../state/use-words.ts";
import { type Column, dataTable } from "../../ui/data-table.ts";
import { GroupLink } from "../../ui/group-link.ts";
import { a, bdi, part, span } from "../../ui/html.ts";
import { StatusChip } from "../../ui/status-chip.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { When } from "../../ui/when.ts";
import { withField } from "./search-text.ts";
import { words } from "./words.ts";

/** Tasks in short; a click on a handler or a user asks for theirs alone. */
export function TaskTable({ tasks, q }: { readonly tasks: readonly TaskHeadAnswer[]; readonly q: string }): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const { route } = useDesk();
  const only = (field: "handler" | "user", value: string) =>
    value === "" ? "–" : a({ href: route.href(["tasks"], { q: withField(q, field, value) }) }, bdi(null, value));
  const columns: readonly Column<TaskHeadAnswer>[] = [
    { title: said.task, cell: ({ id }) => a({ class: "mono", href: route.href(["tasks", id]) }, id) },
    {
      title: said.state,
      cell: ({ status, dueAtMs }) => [
        part(StatusChip, { status }),
        dueAtMs !== null && span({ class: "soft reason" }, `${said.dueAt} `, part(When, { atMs: dueAtMs })),
      ],
    },
    { title: said.handler, cell: ({ handler }) => only("handler", handler) },
    { title: said.group, cell: ({ group }) => part(GroupLink, { group }) },
    { title: said.user, cell: ({ user }) => only("user", user) },
    { title: said.attempt, isNumber: true, cell: ({ attempt, attempts }) => `${attempt} / ${attempts}` },
    { title: said.when, isNumber: true, cell: (task) => part(When, { atMs: lastChange(task) }) },
    {
      title: said.ran,
      isNumber: true,
      cell: ({ startedAtMs, finishedAtMs }) =>
        startedAtMs === null || finishedAtMs === null ? "–" : numbers.span(finishedAtMs - startedAtMs),
    },
    { title: said.error, isWide: true, cell: ({ error }) => error !== null && bdi({ class: "reason" }, error.message) },
  ];
  return dataTable({ title: said.title, columns, rows: tasks, keyOf: ({ id }) => id });
}

function lastChange({ finishedAtMs, startedAtMs, enqueuedAtMs }: TaskHeadAnswer): number {
  return finishedAtMs ?? startedAtMs ?? enqueuedAtMs;
}

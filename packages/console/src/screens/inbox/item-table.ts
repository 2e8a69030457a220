import { useSignal } from "@preact/signals";
import type { ComponentChildren, VNode } from "preact";
import { MarkButton, RemoveItemButton } from "../../acts/inbox-acts.ts";
import type { InboxItemAnswer } from "../../answers/inbox.ts";
import { useDesk } from "../../state/desk.ts";
import { useWords } from "../../state/use-words.ts";
import { type Column, dataTable } from "../../ui/data-table.ts";
import { a, bdi, code, dd, details, div, dl, dt, p, part, pre, span, strong, summary } from "../../ui/html.ts";
import { StatusChip } from "../../ui/status-chip.ts";
import { When } from "../../ui/when.ts";
import { words } from "./words.ts";

export interface ItemTableProps {
  readonly user: string;
  readonly items: readonly InboxItemAnswer[];
  readonly onDone: () => void;
}

/** Items in short; what one says stands behind a click. */
export function ItemTable({ user, items, onDone }: ItemTableProps): VNode {
  const said = useWords(words);
  const { operator } = useDesk();
  const columns: readonly Column<InboxItemAnswer>[] = [
    {
      title: said.item,
      cell: (item) => part(Opened, { item }),
    },
    { title: said.state, cell: (item) => part(StatusChip, { status: stateOf(item) }) },
    { title: said.category, cell: ({ category }) => (category === undefined ? "–" : bdi(null, category)) },
    { title: said.came, isNumber: true, cell: ({ createdAtMs }) => part(When, { atMs: createdAtMs }) },
    { title: said.expires, isNumber: true, cell: (item) => lastOf(item, said) },
    ...(operator.mayAct
      ? [
          {
            title: "",
            isWide: true,
            cell: (item: InboxItemAnswer) =>
              div(
                { class: "acts" },
                // What is put away or comes back later is read and unread by other acts.
                ["unread", "read"].includes(stateOf(item)) && part(MarkButton, { user, item, onDone }),
                part(RemoveItemButton, { user, item, onDone }),
              ),
          },
        ]
      : []),
  ];
  return div({ class: "inbox-items" }, dataTable({ title: said.title, columns, rows: items, keyOf: ({ id }) => id }));
}

function stateOf({ snoozedUntilMs, archivedAtMs, readAtMs }: InboxItemAnswer) {
  if (snoozedUntilMs !== null) return "snoozed";
  if (archivedAtMs !== null) return "archived";
  return readAtMs === null ? "unread" : "read";
}

function lastOf({ snoozedUntilMs, expiresAtMs }: InboxItemAnswer, said: (typeof words)["en"]): ComponentChildren {
  if (snoozedUntilMs !== null) return [`${said.until} `, part(When, { atMs: snoozedUntilMs })];
  return expiresAtMs === undefined ? span({ class: "faint" }, said.never) : part(When, { atMs: expiresAtMs });
}

/** Its title, and behind a click what it says and carries: in the page only while it is open. */
function Opened({ item }: { readonly item: InboxItemAnswer }): VNode {
  const said = useWords(words);
  const isOpen = useSignal(false);
  const title = bdi(null, item.title);
  return details(
    { onToggle: (event) => (isOpen.value = event.currentTarget.open) },
    summary(
      { title: said.open },
      stateOf(item) === "unread" ? strong(null, title) : title,
      item.critical === true && span({ class: "bad small" }, ` ${said.critical}`),
    ),
    isOpen.value && part(Content, { item }),
  );
}

function Content({ item }: { readonly item: InboxItemAnswer }): VNode {
  const said = useWords(words);
  const { route } = useDesk();
  const { id, notification, body, url, actions = [], action, data, key, times } = item;
  const fact = (title: string, value: ComponentChildren) => [dt(null, title), dd(null, value)];
  const tasks = tasksNamed(data);
  return div(
    { class: "opened" },
    body !== undefined && p({ class: "said" }, bdi(null, body)),
    dl(
      { class: "facts" },
      fact("id", code(null, id)),
      fact(said.notification, code(null, bdi(null, notification))),
      key !== undefined && fact(said.key, [code(null, bdi(null, key)), times > 1 && ` ${said.times(times)}`]),
      url !== undefined && fact(said.leadsTo, code(null, bdi(null, url))),
      actions.length > 0 &&
        fact(
          said.buttons,
          actions.map((one, index) => [
            index > 0 && ", ",
            bdi({ key: one.id }, one.label),
            one.id === action && span({ class: "soft" }, ` (${said.pressed})`),
          ]),
        ),
      tasks.length > 0 &&
        fact(
          said.namedTasks,
          tasks.map((task) => a({ key: task, class: "mono", href: route.href(["tasks", task]) }, task)),
        ),
    ),
    data !== undefined && pre({ class: "text", tabIndex: 0, "aria-label": said.data }, JSON.stringify(data, null, 2)),
  );
}

/** Ids of tasks among what an item carries. */
function tasksNamed(data: unknown): readonly string[] {
  const ids = (JSON.stringify(data) ?? "").matchAll(/"(t_[A-Za-z0-9]{21})"/g);
  return [...new Set([...ids].map(([, id = ""]) => id))].slice(0, 10);
}

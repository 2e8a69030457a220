import type { VNode } from "preact";
import type { GroupFigures, ProcessCount } from "../../answers/overview.ts";
import { useDesk } from "../../state/desk.ts";
import { useWords } from "../../state/use-words.ts";
import { dataTable } from "../../ui/data-table.ts";
import { FirstCall, firstTask } from "../../ui/first-call.ts";
import { GroupLink } from "../../ui/group-link.ts";
import { a, h2, header, part, section } from "../../ui/html.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { words } from "./words.ts";

export function GroupsPanel({ groups }: { readonly groups: readonly GroupFigures[] }): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const { href } = useDesk().route;
  const rows = groups.filter(({ waiting, active }) => waiting + active > 0);
  return section(
    { class: "panel" },
    header(null, h2(null, said.groups), a({ href: href(["groups"]) }, said.allGroups)),
    rows.length === 0
      ? part(FirstCall, { text: [said.nothingWaits, " ", said.firstTask], ...firstTask })
      : dataTable<GroupFigures>({
          title: said.groups,
          rows,
          keyOf: ({ id }) => id,
          columns: [
            { title: said.group, cell: ({ id }) => part(GroupLink, { group: id }) },
            { title: said.waiting, isNumber: true, cell: ({ waiting }) => numbers.count(waiting) },
            {
              title: said.activeOf,
              isNumber: true,
              cell: ({ active, limit }) => `${numbers.count(active)} / ${limit === null ? "∞" : numbers.count(limit)}`,
            },
            { title: said.oldestOf, isNumber: true, cell: ({ oldestAgeMs }) => numbers.span(oldestAgeMs) },
          ],
        }),
  );
}

export function ProcessesPanel({ processes }: { readonly processes: readonly ProcessCount[] }): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const { href } = useDesk().route;
  return section(
    { class: "panel processes" },
    header(null, h2(null, a({ href: href(["nodes"]) }, said.processes))),
    dataTable<ProcessCount>({
      title: said.processes,
      rows: processes,
      keyOf: ({ kind }) => kind,
      columns: [
        { title: said.processes, cell: ({ kind, count }) => `${numbers.count(count)} ${said.kinds[kind](count)}` },
        { title: said.version, cell: ({ versions }) => versions.join(", ") || "–" },
      ],
    }),
  );
}

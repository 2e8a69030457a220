import type { VNode } from "preact";
import { BulkButton } from "../../acts/bulk/bulk-button.ts";
import { filterText } from "../../acts/bulk/filter-text.ts";
import { groupPath } from "../../acts/group-acts.ts";
import type { DeadReasonAnswer, DeadReasonsAnswer } from "../../answers/bulk-acts.ts";
import { useDesk } from "../../state/desk.ts";
import { usePoll } from "../../state/use-poll.ts";
import { useWords } from "../../state/use-words.ts";
import { Answer } from "../../ui/answer.ts";
import { type Column, dataTable } from "../../ui/data-table.ts";
import { a, bdi, h2, header, part, section, span } from "../../ui/html.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { When } from "../../ui/when.ts";
import { words } from "./words.ts";

export interface DeadReasonsProps {
  readonly group: string;
  /** Asked for again when there are more or fewer. */
  readonly count: number;
  readonly onBegun: () => void;
}

const everyMs = 10_000;

/** What of a group failed for good, by why, and a way to run those of one reason again at a rate. */
export function DeadReasons({ group, count, onBegun }: DeadReasonsProps): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const poll = usePoll<DeadReasonsAnswer>(`${groupPath(group)}/dead/reasons#${count}`, everyMs);
  return section(
    { class: "panel" },
    header(null, h2(null, said.reasonsTitle)),
    part(Answer<DeadReasonsAnswer>, {
      of: poll,
      show: ({ reasons, examined, total }) => [
        part(ReasonTable, { group, reasons, onBegun }),
        examined < total &&
          span({ class: "soft pages" }, said.reasonsOf(numbers.count(examined), numbers.count(total))),
      ],
    }),
  );
}

interface ReasonTableProps {
  readonly group: string;
  readonly reasons: readonly DeadReasonAnswer[];
  readonly onBegun: () => void;
}

function ReasonTable({ group, reasons, onBegun }: ReasonTableProps): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const { route, operator } = useDesk();
  const filterOf = (reason: string) => ({ group: group === "" ? "-" : group, reason });
  const columns: readonly Column<DeadReasonAnswer>[] = [
    {
      title: said.reason,
      cell: ({ reason, numbersDiffer }) =>
        reason === ""
          ? "–"
          : [
              a(
                { href: route.href(["tasks"], { q: filterText({ status: "failed", ...filterOf(reason) }) }) },
                bdi(null, reason),
              ),
              numbersDiffer && span({ class: "soft" }, ` ${said.numbersDiffer}`),
            ],
    },
    { title: said.reasonCount, isNumber: true, cell: ({ count }) => numbers.count(count) },
    { title: said.when, isNumber: true, cell: ({ newestAtMs }) => part(When, { atMs: newestAtMs }) },
    ...(operator.mayAct
      ? [
          {
            title: "",
            cell: ({ reason, count }: DeadReasonAnswer) =>
              reason !== "" &&
              span(
                { class: "acts" },
                part(BulkButton, {
                  act: "retry",
                  filter: filterOf(reason),
                  text: said.redriveAt(numbers.count(count)),
                  onBegun,
                }),
                part(BulkButton, {
                  act: "discard",
                  filter: filterOf(reason),
                  text: said.discardAt(numbers.count(count)),
                  onBegun,
                }),
              ),
          },
        ]
      : []),
  ];
  return dataTable({ title: said.reasonsTitle, columns, rows: reasons, keyOf: ({ reason }) => reason });
}

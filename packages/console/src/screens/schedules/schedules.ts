import type { VNode } from "preact";
import type { SchedulePageAnswer, ScheduleSummaryAnswer } from "../../answers/schedules.ts";
import { useDesk } from "../../state/desk.ts";
import { usePoll } from "../../state/use-poll.ts";
import { useWords } from "../../state/use-words.ts";
import { Answer } from "../../ui/answer.ts";
import { type Column, dataTable } from "../../ui/data-table.ts";
import { a, bdi, div, h1, header, part, section, span } from "../../ui/html.ts";
import { FirstCall } from "../../ui/first-call.ts";
import { StatusChip } from "../../ui/status-chip.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { When } from "../../ui/when.ts";
import { OneSchedule } from "./one-schedule.ts";
import { words } from "./words.ts";

const everyMs = 5_000;
const firstSchedule = {
  method: "PUT",
  path: "/v1/schedules/nightly",
  body: { cron: "0 2 * * *", timeZone: "Europe/Berlin", task: { handler: "test" } },
} as const;

/** `/schedules`, and `/schedules/:id` of one. */
export function Schedules(): VNode {
  const [, id] = useDesk().route.place.value.path;
  return id === undefined ? part(ScheduleList, {}) : part(OneSchedule, { id });
}

function ScheduleList(): VNode {
  const said = useWords(words);
  const { route } = useDesk();
  const { cursor = "" } = route.place.value.query;
  const query = new URLSearchParams({ limit: "100", ...(cursor !== "" && { cursor }) });
  const poll = usePoll<SchedulePageAnswer>(`schedules?${query}`, everyMs);
  return div(
    { class: "screen" },
    header({ class: "screen-head" }, h1(null, said.title)),
    part(Answer<SchedulePageAnswer>, {
      of: poll,
      show: ({ schedules, cursor: next }) => [
        section(
          { class: "panel" },
          schedules.length === 0
            ? part(FirstCall, { text: said.none, ...firstSchedule })
            : part(ScheduleTable, { schedules }),
        ),
        (next !== null || cursor !== "") &&
          div(
            { class: "pages" },
            cursor !== "" && a({ href: route.href(["schedules"]) }, said.first),
            next !== null && a({ href: route.href(["schedules"], { cursor: next }) }, said.more),
          ),
      ],
    }),
  );
}

function ScheduleTable({ schedules }: { readonly schedules: readonly ScheduleSummaryAnswer[] }): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const { route, preferences } = useDesk();
  const isZh = preferences.language.value === "zh";
  const bad = (count: number) => (count === 0 ? "0" : span({ class: "bad" }, numbers.count(count)));
  const columns: readonly Column<ScheduleSummaryAnswer>[] = [
    { title: said.schedule, cell: ({ id }) => a({ href: route.href(["schedules", id]) }, bdi(null, id)) },
    {
      title: said.state,
      isWide: true,
      cell: ({ state, note }) => [
        part(StatusChip, { status: state }),
        note !== null && bdi({ class: "soft reason" }, note),
      ],
    },
    {
      title: said.when,
      isWide: true,
      cell: ({ text, textZh, spec }) => [
        isZh ? textZh : text,
        span({ class: "soft" }, ` ${spec?.timing.timeZone ?? ""}`),
      ],
    },
    {
      title: said.next,
      isNumber: true,
      cell: ({ nextAtMs }) => (nextAtMs === null ? "–" : part(When, { atMs: nextAtMs })),
    },
    { title: said.fired, isNumber: true, cell: ({ counts }) => numbers.count(counts.fired) },
    { title: said.missed, isNumber: true, cell: ({ counts }) => bad(counts.missed) },
    { title: said.skipped, isNumber: true, cell: ({ counts }) => numbers.count(counts.skipped) },
    { title: said.failed, isNumber: true, cell: ({ counts }) => bad(counts.failed) },
  ];
  return dataTable({ title: said.title, columns, rows: schedules, keyOf: ({ id }) => id });
}

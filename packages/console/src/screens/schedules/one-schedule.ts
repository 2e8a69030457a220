import type { VNode } from "preact";
import { PauseScheduleButton, ResumeScheduleButton, RunNowButton } from "../../acts/schedule-acts.ts";
import type { FiringAnswer, ScheduleAnswer } from "../../answers/schedules.ts";
import { useDesk } from "../../state/desk.ts";
import { usePoll } from "../../state/use-poll.ts";
import { useWords } from "../../state/use-words.ts";
import { Answer } from "../../ui/answer.ts";
import { AuditLink } from "../../ui/audit-link.ts";
import { type Column, dataTable } from "../../ui/data-table.ts";
import { a, bdi, div, h1, h2, header, li, ol, p, part, pre, section, span } from "../../ui/html.ts";
import { PausedSince } from "../../ui/paused-since.ts";
import { StatusChip } from "../../ui/status-chip.ts";
import { When } from "../../ui/when.ts";
import { words } from "./words.ts";

const everyMs = 3_000;

/** One schedule: when it runs, how that went, and what can be done about it. */
export function OneSchedule({ id }: { readonly id: string }): VNode {
  const said = useWords(words);
  const { route } = useDesk();
  const poll = usePoll<ScheduleAnswer>(`schedules/${encodeURIComponent(id)}`, everyMs);
  return div(
    { class: "screen" },
    a({ class: "back", href: route.href(["schedules"]) }, "‹ ", said.back),
    part(Answer<ScheduleAnswer>, {
      of: poll,
      show: (schedule) => part(Shown, { schedule, onDone: () => void poll.refresh() }),
    }),
  );
}

interface ShownProps {
  readonly schedule: ScheduleAnswer;
  readonly onDone: () => void;
}

function Shown({ schedule, onDone }: ShownProps): VNode {
  const said = useWords(words);
  const { preferences } = useDesk();
  const { id, state, note, pausedAtMs, pausedBy, text, textZh, spec, warnings, upcomingMs, recent } = schedule;
  return div(
    { class: "answer" },
    header(
      { class: "screen-head" },
      h1(null, bdi(null, id)),
      part(StatusChip, { status: state }),
      note !== null && bdi({ class: "soft" }, note),
      pausedAtMs !== null && part(PausedSince, { atMs: pausedAtMs, by: pausedBy }),
      part(AuditLink, { of: "schedule", name: id }),
      div(
        { class: "acts" },
        state === "active" && part(PauseScheduleButton, { id, onDone }),
        state === "paused" && part(ResumeScheduleButton, { id, note: note ?? "", onDone }),
        state !== "finished" && part(RunNowButton, { id, onDone }),
      ),
    ),
    p(
      { class: spec === null ? "why bad" : "why" },
      spec === null ? said.unreadable : preferences.language.value === "zh" ? textZh : text,
      span({ class: "soft" }, ` ${spec?.timing.timeZone ?? ""}`),
    ),
    ...warnings.map((warning) => p({ class: "why" }, warning)),
    div(
      { class: "columns" },
      section(
        { class: "panel" },
        header(null, h2(null, said.recent)),
        recent.length === 0 ? p({ class: "empty" }, said.noRecent) : part(Firings, { firings: recent }),
      ),
      div(
        { class: "answer" },
        section(
          { class: "panel" },
          header(null, h2(null, state === "paused" ? said.wouldRun : said.upcoming)),
          upcomingMs.length === 0
            ? p({ class: "empty" }, said.noUpcoming)
            : ol(
                { class: state === "paused" ? "times soft" : "times" },
                upcomingMs.map((atMs) => li({ key: String(atMs) }, part(When, { atMs }), part(Exact, { atMs }))),
              ),
        ),
        spec !== null &&
          section(
            { class: "panel" },
            header(null, h2(null, said.says)),
            pre({ class: "text", tabIndex: 0 }, JSON.stringify(spec, null, 2)),
          ),
      ),
    ),
  );
}

function Exact({ atMs }: { readonly atMs: number }): VNode {
  return span({ class: "soft" }, new Date(atMs).toISOString().replace("T", " ").replace(".000Z", "Z"));
}

function Firings({ firings }: { readonly firings: readonly FiringAnswer[] }): VNode {
  const said = useWords(words);
  const { route } = useDesk();
  const columns: readonly Column<FiringAnswer>[] = [
    { title: said.tick, cell: ({ tickAtMs }) => part(When, { atMs: tickAtMs }) },
    {
      title: said.outcome,
      cell: ({ outcome, count }) =>
        span(
          { class: outcome === "missed" || outcome === "refused" ? "bad" : "" },
          said.outcomes[outcome],
          said.times(count),
        ),
    },
    {
      title: said.task,
      cell: ({ taskId }) => (taskId === null ? "–" : a({ class: "mono", href: route.href(["tasks", taskId]) }, taskId)),
    },
  ];
  return dataTable({
    title: said.recent,
    columns,
    rows: firings,
    keyOf: ({ loggedAtMs, tickAtMs, outcome }) => `${loggedAtMs} ${tickAtMs} ${outcome}`,
  });
}

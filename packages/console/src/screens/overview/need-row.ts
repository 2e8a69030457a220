import type { VNode } from "preact";
import { RedriveButton, ResumeButton } from "../../acts/group-acts.ts";
import { RunNowButton } from "../../acts/schedule-acts.ts";
import type { Need } from "../../answers/overview.ts";
import { useDesk } from "../../state/desk.ts";
import { useWords } from "../../state/use-words.ts";
import { a, div, li, p, part } from "../../ui/html.ts";
import { icon } from "../../ui/icon.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { When } from "../../ui/when.ts";
import { needWords } from "./need-words.ts";

/** One thing that needs somebody: what is wrong, what it comes from, since when, and what mends it. */
export function NeedRow({ need }: { readonly need: Need }): VNode {
  const said = useWords(needWords);
  const numbers = useNumbers();
  const { route } = useDesk();
  // The table has a function for each code, and TypeScript does not see that it is the one of this need.
  const title = said.titles[need.code] as (of: Need, told: (value: number) => string) => string;
  const detail = said.details[need.code] as (of: Need, span: (ms: number) => string) => string;
  const atMs = momentOf(need);
  return li(
    { class: `need ${need.severity}` },
    icon(need.severity),
    div(
      { class: "what" },
      a({ href: route.href(...placeOf(need)) }, title(need, numbers.count)),
      p({ class: "soft" }, detail(need, numbers.span)),
    ),
    div({ class: "soft when" }, atMs !== undefined && part(When, { atMs })),
    div({ class: "acts" }, actOf(need)),
  );
}

/** What mends it, without leaving the page. */
function actOf(need: Need): VNode | undefined {
  switch (need.code) {
    case "group_paused":
      return part(ResumeButton, { group: need.group, reason: need.reason });
    case "dead_letters":
      return part(RedriveButton, { group: need.group });
    case "schedule_missed":
    case "schedule_overdue":
      return part(RunNowButton, { id: need.id });
    default:
      return undefined;
  }
}

/** For keyed lists: the same trouble is the same row. */
export function keyOf(need: Need): string {
  const { code, ...fields } = need;
  const subject = ["group", "handler", "id", "name"].map((name) => (fields as Readonly<Record<string, unknown>>)[name]);
  return JSON.stringify([code, ...subject]);
}

function momentOf(need: Need): number | undefined {
  switch (need.code) {
    case "dead_letters":
      return need.newestAtMs;
    case "process_lost":
      return need.lastSeenAtMs;
    case "schedule_missed":
      return need.atMs;
    case "schedule_overdue":
      return need.dueAtMs;
    default:
      return undefined;
  }
}

/** The screen where it is mended. */
function placeOf(need: Need): readonly [path: readonly string[]] {
  switch (need.code) {
    case "group_paused":
    case "dead_letters":
      return [["groups", need.group === "" ? "-" : need.group]];
    case "schedule_missed":
    case "schedule_overdue":
    case "schedule_unreadable":
      return [["schedules", need.id]];
    case "no_worker":
    case "handler_missing":
    case "tasks_late":
    case "attempts_lost":
      return [["workers"]];
    default:
      return [["nodes"]];
  }
}

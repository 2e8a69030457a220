import type { VNode } from "preact";
import type { Need } from "../../answers/overview.ts";
import { addressOfNeed, subjectOfNeed } from "../../needs/need-place.ts";
import { todoOfNeeds } from "../../needs/need-todo.ts";
import { needWords, titleOfNeed } from "../../needs/need-words.ts";
import { useDesk } from "../../state/desk.ts";
import { useWords } from "../../state/use-words.ts";
import { a, div, li, p, part } from "../../ui/html.ts";
import { icon } from "../../ui/icon.ts";
import { Later } from "../../ui/later.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { When } from "../../ui/when.ts";
import type { NeedActProps } from "./need-act.ts";

/** One thing that needs somebody: what is wrong, what it comes from, since when, and what mends it. */
export function NeedRow({ need }: { readonly need: Need }): VNode {
  const said = useWords(needWords);
  const numbers = useNumbers();
  const { preferences, operator, route } = useDesk();
  // Settings are for operators; everybody sees on Nodes which processes differ.
  const isElsewhere = need.code === "settings_differ" && operator.role === "viewer";
  // As with titles, TypeScript does not see that it is the one of this need.
  const detail = said.details[need.code] as ((of: Need, span: (ms: number) => string) => string) | undefined;
  const atMs = momentOf(need);
  return li(
    { class: `need ${need.severity}` },
    icon(need.severity),
    div(
      { class: "what" },
      a({ href: isElsewhere ? route.href(["nodes"]) : addressOfNeed(need) }, titleOfNeed(need, said, numbers.count)),
      p(
        { class: "soft" },
        detail === undefined ? todoOfNeeds(need.code, [need], preferences.language.value) : detail(need, numbers.span),
      ),
    ),
    div({ class: "soft when" }, atMs !== undefined && part(When, { atMs })),
    div(
      { class: "acts" },
      part(Later<NeedActProps>, { load: async () => (await import("./need-act.ts")).NeedAct, properties: { need } }),
    ),
  );
}

/** For keyed lists: the same trouble is the same row. */
export function keyOf(need: Need): string {
  return JSON.stringify([need.code, subjectOfNeed(need)]);
}

function momentOf(need: Need): number | undefined {
  switch (need.code) {
    case "dead_letters":
      return need.newestAtMs;
    case "group_paused":
      return need.pausedAtMs ?? undefined;
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

import { Fragment, h, type VNode } from "preact";
import { BulkList, useBulkActs } from "../../acts/bulk/bulk-list.ts";
import { filterText } from "../../acts/bulk/filter-text.ts";
import {
  CancelButton,
  DiscardButton,
  groupPath,
  PauseButton,
  RedriveButton,
  ResumeButton,
} from "../../acts/group-acts.ts";
import type { GroupAnswer } from "../../answers/tasks.ts";
import { useDesk } from "../../state/desk.ts";
import { usePoll } from "../../state/use-poll.ts";
import { useWords } from "../../state/use-words.ts";
import { Answer } from "../../ui/answer.ts";
import { AuditLink } from "../../ui/audit-link.ts";
import { figure } from "../../ui/figure.ts";
import { a, bdi, div, dl, h1, header, part, section, span } from "../../ui/html.ts";
import { PausedSince } from "../../ui/paused-since.ts";
import { StatusChip } from "../../ui/status-chip.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { When } from "../../ui/when.ts";
import { DeadLetters } from "./dead-letters.ts";
import { DeadReasons } from "./dead-reasons.ts";
import { GroupSettingsForm } from "./group-settings-form.ts";
import { words } from "./words.ts";

const everyMs = 2_000;

/** One group: how it stands, what can be done about it, what failed, and what holds for it. */
export function OneGroup({ group }: { readonly group: string }): VNode {
  const said = useWords(words);
  const { route } = useDesk();
  const poll = usePoll<GroupAnswer>(groupPath(group), everyMs);
  const acts = useBulkActs();
  const refresh = () => void poll.refresh();
  return div(
    { class: "screen" },
    part(Answer<GroupAnswer>, {
      of: poll,
      show: (state) =>
        h(
          Fragment,
          null,
          a({ class: "back", href: route.href(["groups"]) }, "‹ ", said.back),
          header(
            { class: "screen-head" },
            h1(null, group === "" ? said.ungrouped : bdi(null, group)),
            part(StatusChip, { status: state.status }),
            state.reason !== null && bdi({ class: "soft" }, state.reason),
            state.pausedAtMs !== null && part(PausedSince, { atMs: state.pausedAtMs, by: state.pausedBy }),
            part(AuditLink, { of: "group", name: group === "" ? "-" : group }),
            div(
              { class: "acts" },
              state.status === "paused"
                ? part(ResumeButton, { group, reason: state.reason ?? "", onDone: refresh })
                : part(PauseButton, { group, onDone: refresh }),
              state.deadLetters > 0 && part(RedriveButton, { group, onDone: refresh }),
              state.deadLetters > 0 && part(DiscardButton, { group, onDone: refresh }),
              state.waiting > 0 && part(CancelButton, { group, isAll: false, onDone: refresh }),
              state.waiting + state.active + state.held > 0 &&
                part(CancelButton, { group, isAll: true, onDone: refresh }),
            ),
          ),
          part(GroupFigures, { state }),
          part(BulkList, { acts, group: group === "" ? "-" : group, onEnded: refresh }),
          div(
            { class: "columns" },
            div(
              { class: "answer" },
              state.deadLetters > 0 &&
                part(DeadReasons, { group, count: state.deadLetters, onBegun: () => void acts.refresh() }),
              part(DeadLetters, { group, count: state.deadLetters, onDone: refresh }),
            ),
            part(GroupSettingsForm, {
              group,
              settings: state.settings,
              hasOwn: state.hasOwnSettings,
              onDone: () => poll.refresh(),
            }),
          ),
        ),
    }),
  );
}

function GroupFigures({ state }: { readonly state: GroupAnswer }): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const { route } = useDesk();
  const { waiting, active, held, oldest, deadLetters, settings, id } = state;
  const limit = settings.concurrency === null ? "∞" : numbers.count(settings.concurrency);
  const { rate } = settings;
  return section(
    { class: "figures panel" },
    dl(
      null,
      figure({
        title: said.waiting,
        value: numbers.count(waiting),
        detail: [
          `${said.notDue} · `,
          a({ href: route.href(["tasks"], { q: filterText({ group: id === "" ? "-" : id }) }) }, said.tasks),
        ],
      }),
      figure({ title: said.active, value: `${numbers.count(active)} / ${limit}`, detail: "" }),
      figure({ title: said.held, value: numbers.count(held), detail: said.heldLong }),
      figure({
        title: said.oldest,
        value: oldest === null ? "–" : part(When, { atMs: oldest.enqueuedAtMs }),
        detail: oldest !== null && a({ class: "mono", href: route.href(["tasks", oldest.id]) }, oldest.id),
      }),
      figure({
        title: said.rate,
        value: rate === null ? "–" : said.rateOf(numbers.count(rate.max), numbers.span(rate.perMs)),
        detail:
          rate === null ? said.noRate : state.limitedUntilMs !== null && part(When, { atMs: state.limitedUntilMs }),
      }),
      figure({
        title: said.dead,
        value: span({ class: deadLetters > 0 ? "bad" : "" }, numbers.count(deadLetters)),
        detail: "",
      }),
    ),
  );
}

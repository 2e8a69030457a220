import type { ComponentChildren, VNode } from "preact";
import { filterText } from "../../acts/bulk/filter-text.ts";
import { CancelTaskButton, DiscardTaskButton, RetryButton } from "../../acts/task-acts.ts";
import type { TaskActAnswer, TaskAnswer, TaskHeadAnswer, TaskPageAnswer, WhyAnswer } from "../../answers/tasks.ts";
import { useDesk } from "../../state/desk.ts";
import { usePoll } from "../../state/use-poll.ts";
import { useWords } from "../../state/use-words.ts";
import { Answer } from "../../ui/answer.ts";
import { AuditLink } from "../../ui/audit-link.ts";
import { CopyButton } from "../../ui/copy-button.ts";
import { GroupLink } from "../../ui/group-link.ts";
import { a, bdi, code, dd, div, dl, dt, h1, h2, header, p, part, pre, section } from "../../ui/html.ts";
import { StatusChip } from "../../ui/status-chip.ts";
import { Attempts, useAttempts } from "./attempts.ts";
import { Course } from "./course.ts";
import { whyText } from "./why-text.ts";
import { words } from "./words.ts";

const everyMs = 2_000;

/** One task: how it stands and why, what it went through, and what came of it. */
export function OneTask({ id }: { readonly id: string }): VNode {
  const said = useWords(words);
  const { route } = useDesk();
  const poll = usePoll<TaskPageAnswer>(`tasks?${new URLSearchParams({ id })}`, everyMs);
  return div(
    { class: "screen" },
    a({ class: "back", href: route.href(["tasks"]) }, "‹ ", said.back),
    part(Answer<TaskPageAnswer>, {
      of: poll,
      show: ({ tasks: [task] }) =>
        task === undefined
          ? div(
              { class: "state" },
              p({ class: "mono" }, bdi(null, id)),
              p(null, said.gone),
              a({ href: route.href(["groups", id]) }, said.asGroup(id)),
            )
          : part(Shown, { task, onDone: () => void poll.refresh() }),
    }),
  );
}

interface ShownProps {
  readonly task: TaskHeadAnswer;
  readonly onDone: () => void;
}

/** What handlers have said and who had the task run again is for operators. */
function Shown(props: ShownProps): VNode {
  const said = useWords(words);
  if (useDesk().operator.role !== "viewer") return part(ShownToOperators, props);
  return part(Frame, {
    ...props,
    acts: [],
    told: section({ class: "panel" }, p({ class: "empty" }, said.forOperators)),
  });
}

function ShownToOperators(props: ShownProps): VNode {
  const { task } = props;
  const poll = useAttempts(task);
  const told = [part(Attempts, { of: poll }), part(Outcome, { task })];
  return part(Frame, { ...props, acts: poll.data.value?.acts ?? [], told });
}

interface FrameProps extends ShownProps {
  readonly acts: readonly TaskActAnswer[];
  readonly told: ComponentChildren;
}

function Frame({ task, onDone, acts, told }: FrameProps): VNode {
  const { id, status } = task;
  const isSettled = status === "succeeded" || status === "failed" || status === "cancelled";
  const isDeadLetter = status === "failed" && acts.at(-1)?.act !== "discard";
  return div(
    { class: "answer" },
    header(
      { class: "screen-head" },
      h1({ class: "mono" }, id),
      part(CopyButton, { text: id }),
      part(StatusChip, { status }),
      part(AuditLink, { of: "task", name: id }),
      div(
        { class: "acts" },
        isDeadLetter && part(RetryButton, { id, onDone }),
        isDeadLetter && part(DiscardTaskButton, { id, onDone }),
        !isSettled && part(CancelTaskButton, { id, status, onDone }),
      ),
    ),
    task.error !== null && part(LastFailure, { task, error: task.error }),
    !isSettled && part(Why, { id, status }),
    div({ class: "columns" }, div({ class: "answer" }, part(Course, { task, acts }), told), part(Facts, { task })),
  );
}

interface LastFailureProps {
  readonly task: TaskHeadAnswer;
  readonly error: NonNullable<TaskHeadAnswer["error"]>;
}

/** What whoever opens it wants to know first. */
function LastFailure({ task: { attempt, attempts }, error: { code: kind, message } }: LastFailureProps): VNode {
  const said = useWords(words);
  return p(
    { class: "why bad" },
    said.failedAt(`${attempt} / ${attempts}`),
    " ",
    kind !== null && [code(null, bdi(null, kind)), " "],
    bdi({ class: "reason" }, message),
  );
}

/** Asked for again as soon as the task is something else. */
function Why({ id, status }: { readonly id: string; readonly status: string }): VNode {
  const language = useDesk().preferences.language.value;
  const poll = usePoll<WhyAnswer>(`tasks/${encodeURIComponent(id)}/why#${status}`, everyMs);
  return part(Answer<WhyAnswer>, { of: poll, show: (why) => p({ class: "why" }, whyText(why, language)) });
}

function Facts({ task }: { readonly task: TaskHeadAnswer }): VNode {
  const said = useWords(words);
  const { route } = useDesk();
  const { handler, group, user, attempt, attempts, percent } = task;
  const fact = (title: string, value: unknown) => [dt(null, title), dd(null, value as VNode)];
  return section(
    { class: "panel" },
    header(null, h2(null, said.facts)),
    dl(
      { class: "facts" },
      fact(said.handler, a({ href: route.href(["tasks"], { q: filterText({ handler }) }) }, bdi(null, handler))),
      fact(said.group, part(GroupLink, { group })),
      fact(
        said.user,
        user === "" ? "–" : a({ href: route.href(["tasks"], { q: filterText({ user }) }) }, bdi(null, user)),
      ),
      fact(said.attempt, `${attempt} / ${attempts}`),
      fact(said.progress, percent === null ? "–" : `${percent} %`),
    ),
  );
}

/** What it says and what it returned, byte by byte as it is kept. */
function Outcome({ task: { id, status, error: head } }: { readonly task: TaskHeadAnswer }): VNode {
  const said = useWords(words);
  const poll = usePoll<TaskAnswer>(`tasks/${encodeURIComponent(id)}#${status}`, everyMs);
  return part(Answer<TaskAnswer>, {
    of: poll,
    show: ({ error, message, result }) => [
      // Most are short, and stand on top.
      error !== null &&
        error.message !== head?.message &&
        section(
          { class: "panel" },
          header(null, h2(null, said.failure), code(null, bdi(null, error.code))),
          pre({ class: "text bad", tabIndex: 0 }, error.message),
        ),
      message !== null &&
        section({ class: "panel" }, header(null, h2(null, said.message)), pre({ class: "text", tabIndex: 0 }, message)),
      // What has failed for good has none, and never will.
      (result !== null || error === null) &&
        section(
          { class: "panel" },
          header(null, h2(null, said.result), result !== null && part(CopyButton, { text: JSON.stringify(result) })),
          result === null
            ? p({ class: "empty" }, said.noResult)
            : pre({ class: "text", tabIndex: 0 }, JSON.stringify(result, null, 2)),
        ),
    ],
  });
}

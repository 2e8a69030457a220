import type { ComponentChildren, VNode } from "preact";
import type { TaskHeadAnswer } from "../../answers/tasks.ts";
import { useDesk } from "../../state/desk.ts";
import { useWords } from "../../state/use-words.ts";
import { h2, header, li, ol, part, section, span } from "../../ui/html.ts";
import { useStatusWords } from "../../ui/status-chip.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { When } from "../../ui/when.ts";
import { words } from "./words.ts";

/** What a task went through, as far as its record says: of attempts only the last is kept. */
export function Course({ task }: { readonly task: TaskHeadAnswer }): VNode {
  const said = useWords(words);
  const statusWords = useStatusWords();
  const numbers = useNumbers();
  const { clock } = useDesk();
  const { enqueuedAtMs, startedAtMs, finishedAtMs, dueAtMs, attempt, attempts, status } = task;
  const isOver = finishedAtMs !== null;
  const since = startedAtMs ?? enqueuedAtMs;
  return section(
    { class: "panel" },
    header(null, h2(null, said.course)),
    ol(
      { class: "course-list" },
      step(said.enqueued, enqueuedAtMs, ""),
      startedAtMs !== null &&
        step(
          said.began(`${attempt} / ${attempts}`),
          startedAtMs,
          said.waited(numbers.span(startedAtMs - enqueuedAtMs)),
        ),
      isOver &&
        step(
          statusWords[status],
          finishedAtMs,
          startedAtMs !== null && said.took(numbers.span(finishedAtMs - since)),
          status,
        ),
      !isOver && dueAtMs !== null && step(said.due, dueAtMs, ""),
      !isOver &&
        li(
          { class: status },
          span(null, statusWords[status]),
          span({ class: "soft" }, numbers.span(Math.max(0, clock.nowMs.value - since))),
        ),
    ),
  );
}

function step(title: string, atMs: number, detail: ComponentChildren, kind = ""): VNode {
  return li({ class: kind }, span(null, title), part(When, { atMs }), span({ class: "soft" }, detail));
}

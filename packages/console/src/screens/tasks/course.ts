import type { ComponentChildren, VNode } from "preact";
import type { TaskActAnswer, TaskHeadAnswer } from "../../answers/tasks.ts";
import { useDesk } from "../../state/desk.ts";
import { useWords } from "../../state/use-words.ts";
import { bdi, h2, header, li, ol, part, section, span } from "../../ui/html.ts";
import { useStatusWords } from "../../ui/status-chip.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { When } from "../../ui/when.ts";
import { words } from "./words.ts";

export interface CourseProps {
  readonly task: TaskHeadAnswer;
  /** What was done to it after it had failed for good, where that may be read. */
  readonly acts: readonly TaskActAnswer[];
}

/** What a task went through, as far as its record says, which knows the last attempt only, and who had it run again or discarded. */
export function Course({ task, acts }: CourseProps): VNode {
  const said = useWords(words);
  const statusWords = useStatusWords();
  const numbers = useNumbers();
  const { clock } = useDesk();
  const { enqueuedAtMs, startedAtMs, finishedAtMs, dueAtMs, attempt, attempts, status } = task;
  const isOver = finishedAtMs !== null;
  const [retries, ends] = [acts.filter(({ act }) => act === "retry"), acts.filter(({ act }) => act === "discard")];
  // What it waited is a matter of this life of it.
  const bornAtMs = retries.at(-1)?.askedAtMs ?? enqueuedAtMs;
  const since = startedAtMs ?? bornAtMs;
  const actStep = ({ act, askedAtMs, by, reason }: TaskActAnswer) =>
    step(said.acts[act], askedAtMs, [by !== null && said.by(by), reason !== null && [" · ", bdi(null, reason)]]);
  return section(
    { class: "panel" },
    header(null, h2(null, said.course)),
    ol(
      { class: "course-list" },
      step(said.enqueued, enqueuedAtMs, ""),
      retries.map(actStep),
      startedAtMs !== null &&
        step(
          said.began(`${attempt} / ${attempts}`),
          startedAtMs,
          said.waited(numbers.span(Math.max(0, startedAtMs - bornAtMs))),
        ),
      isOver &&
        step(
          statusWords[status],
          finishedAtMs,
          startedAtMs !== null && said.took(numbers.span(finishedAtMs - since)),
          status,
        ),
      ends.map(actStep),
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

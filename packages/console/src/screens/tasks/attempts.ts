import type { VNode } from "preact";
import type { AttemptAnswer, AttemptsAnswer, TaskActAnswer, TaskHeadAnswer } from "../../answers/tasks.ts";
import type { Poll } from "../../state/poll.ts";
import { usePoll } from "../../state/use-poll.ts";
import { useWords } from "../../state/use-words.ts";
import { Answer } from "../../ui/answer.ts";
import { bdi, code, details, div, h2, header, li, ol, p, part, pre, section, span, summary } from "../../ui/html.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { When } from "../../ui/when.ts";
import { words } from "./words.ts";

const everyMs = 3_000;

/** Asked for by whoever shows {@link Attempts}. Another state is another question, asked at once. */
export function useAttempts({ id, status, attempt }: TaskHeadAnswer): Poll<AttemptsAnswer> {
  return usePoll<AttemptsAnswer>(`tasks/${encodeURIComponent(id)}/attempts#${status}${attempt}`, everyMs);
}

/**
 * What became of each attempt, on which worker, and what its handler said; the newest first and open. Between those of one life and of the
 * next stands who had it run again.
 */
export function Attempts({ of }: { readonly of: Poll<AttemptsAnswer> }): VNode {
  const said = useWords(words);
  return section(
    { class: "panel" },
    header(null, h2(null, said.attempts)),
    part(Answer<AttemptsAnswer>, {
      of,
      show: ({ attempts, acts }) =>
        attempts.length + acts.length === 0
          ? p({ class: "empty" }, said.noAttempts)
          : ol({ class: "attempts" }, inOrder(attempts, acts)),
    }),
  );
}

/** Both are told in the order in which they were written down; what runs is the newest. */
function inOrder(attempts: readonly AttemptAnswer[], acts: readonly TaskActAnswer[]): readonly VNode[] {
  const newest = attempts.at(-1);
  const rows = [
    ...attempts.map((one) => ({
      atMs: one.endedAtMs ?? Infinity,
      row: part(OneAttempt, { key: `${one.number} ${one.startedAtMs}`, one, isNewest: one === newest }),
    })),
    ...acts.map((one) => ({ atMs: one.askedAtMs, row: part(OneAct, { key: `act ${one.askedAtMs}`, one }) })),
  ];
  return rows.toSorted((one, other) => other.atMs - one.atMs).map(({ row }) => row);
}

function OneAct({ one: { act, askedAtMs, by, reason } }: { readonly one: TaskActAnswer }): VNode {
  const said = useWords(words);
  return li(
    { class: "act" },
    div(
      { class: "attempt-head" },
      span(null, said.acts[act]),
      part(When, { atMs: askedAtMs }),
      by !== null && span({ class: "soft" }, said.by(by)),
    ),
    reason !== null && p(null, bdi(null, reason)),
  );
}

function OneAttempt({ one, isNewest }: { readonly one: AttemptAnswer; readonly isNewest: boolean }): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const { number, outcome, worker, error, place, startedAtMs, endedAtMs, log, logDropped } = one;
  const took = startedAtMs === null || endedAtMs === null ? undefined : numbers.span(endedAtMs - startedAtMs);
  return li(
    { class: outcome },
    div(
      { class: "attempt-head" },
      span({ class: "number" }, `#${number}`),
      span({ class: outcome === "failed" ? "bad" : "" }, said.outcomes[outcome]),
      startedAtMs !== null && part(When, { atMs: startedAtMs }),
      took !== undefined && span({ class: "soft" }, said.took(took)),
      worker !== null && span({ class: "soft" }, said.on(worker)),
    ),
    error !== null && p(null, code(null, bdi(null, error.code)), " ", bdi(null, error.message)),
    place !== null && p({ class: "soft" }, code(null, bdi(null, place))),
    log.length > 0 &&
      details(
        { open: isNewest },
        summary(null, said.log, logDropped > 0 && span({ class: "soft" }, ` · ${said.dropped(logDropped)}`)),
        pre({ class: "text", tabIndex: 0 }, log.map(({ afterMs, text }) => `${stamp(afterMs)}  ${text}`).join("\n")),
      ),
  );
}

/** Seconds after it began, to the millisecond and in a column. */
function stamp(afterMs: number): string {
  return `${(afterMs / 1_000).toFixed(3).padStart(8)}s`;
}

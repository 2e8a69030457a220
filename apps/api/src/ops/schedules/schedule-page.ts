import type { LogEntry, ScheduleDescription } from "@switchyard/tasks/schedule";
import { inWords } from "../../schedules/schedule-answer.ts";
import { html, type Markup } from "../html.ts";
import { inFrame, linkTo, schedulesPath } from "../frame.ts";
import { pathOf, timesList, warningsOf } from "./list-page.ts";
import { table } from "../table.ts";
import { tellDistance, tellDuration, tellTime, zoneOf } from "../tell-time.ts";
import type { Done, ScheduleFrame } from "./words.ts";

export interface ScheduleView {
  readonly schedule: ScheduleDescription;
  /** What was just done. */
  readonly done: Done | undefined;
  readonly nowMs: number;
}

export function schedulePage(frame: ScheduleFrame, { schedule, done, nowMs }: ScheduleView): Markup {
  const { said, language } = frame;
  const { id, spec, state, nextAtMs, note, upcomingMs, warnings, recent, last } = schedule;
  const zone = zoneOf(spec);
  const { text, textZh } = inWords(spec);
  const taskOf = (taskId: string) => html`<a href="/ops/queues/queue/tasks/${taskId}"><code>${taskId}</code></a>`;
  return inFrame(
    frame,
    { path: pathOf(id) },
    html`<p><a href="${linkTo(schedulesPath, frame)}">${said.back}</a></p>
      <h1>${id}</h1>
      ${done !== undefined && html`<p role="status"><strong>${said.done[done]}</strong></p>`}
      <p>${language === "zh" ? textZh : text} <small>${zone}</small></p>
      <p>
        ${said.state}: <span class="${state}">${said.states[state]}</span>${note !== null && html` · ${note}`}
        ${nextAtMs !== null && html` · ${said.next}: ${tellDistance(nextAtMs, nowMs, said)}`}
      </p>
      ${last !== null && html`<p>${said.last}: ${taskOf(last.taskId)} <span class="${last.status ?? ""}">${last.status ?? "–"}</span></p>`}
      ${acts(frame, schedule)}
      <h2>${state === "paused" ? said.upcomingPaused : said.upcoming}</h2>
      ${upcomingMs.length === 0 ? html`<p>${said.noUpcoming}</p>` : timesList(frame, upcomingMs, zone)}
      ${warningsOf(warnings)}
      <h2>${said.history}</h2>
      ${recent.length === 0 ? html`<p>${said.noHistory}</p>` : history(frame, recent, zone)}`,
  );
}

/** Each is a form of its own: a key that is pressed in the note's field pauses, and nothing else. */
function acts(frame: ScheduleFrame, { id, state }: ScheduleDescription): Markup {
  const { said } = frame;
  const action = (verb: string) => linkTo(`${pathOf(id)}/${verb}`, frame);
  const pause = html`<form method="post" action="${action("pause")}">
    <label>${said.note} <input name="note" maxlength="500" /></label><button>${said.pause}</button>
  </form>`;
  const resume = html`<form method="post" action="${action("resume")}"><button>${said.resume}</button></form>`;
  const trigger = html`<form method="post" action="${action("trigger")}"><button>${said.trigger}</button></form>`;
  return html`${state === "active" && pause}${state === "paused" && resume}${trigger}`;
}

function history(frame: ScheduleFrame, recent: readonly LogEntry[], zone: string): Markup {
  const { said } = frame;
  const rows = recent.map(({ outcome, tickMs, atMs, count, taskId }) => {
    const task = taskId !== null && html`<a href="/ops/queues/queue/tasks/${taskId}"><code>${taskId}</code></a>`;
    return html`<tr role="row">
      <th role="rowheader" scope="row" class="tabular">${tellTime(tickMs, zone, said)}</th>
      <td role="cell" data-label="${said.outcome}">
        <span class="${outcome}">${said.outcomes[outcome]}</span>${count > 1 && ` × ${count}`}
      </td>
      <td role="cell" data-label="${said.late}" class="tabular">${tellDuration(Math.max(0, atMs - tickMs), said)}</td>
      <td role="cell" data-label="${said.task}">${task || "–"}</td>
    </tr>`;
  });
  return table([said.tick, said.outcome, said.late, said.task], rows);
}

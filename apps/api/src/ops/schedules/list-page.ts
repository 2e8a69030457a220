import type { SchedulePreview, ScheduleState, ScheduleSummary } from "@switchyard/tasks/schedule";
import { html, type Markup } from "../html.ts";
import { inWords } from "../../schedules/schedule-answer.ts";
import { inFrame, languageField, linkTo, schedulesPath } from "../frame.ts";
import { table } from "../table.ts";
import { tellDistance, tellTime, zoneOf } from "../tell-time.ts";
import type { ScheduleFrame } from "./words.ts";

export interface ListView {
  readonly items: readonly ScheduleSummary[];
  /** Null: this is the last page. */
  readonly cursor: string | null;
  readonly isFirstPage: boolean;
  readonly state: ScheduleState | undefined;
  readonly preview: PreviewView;
  readonly nowMs: number;
}

/** What was asked, and its answer or why there is none. */
export interface PreviewView {
  readonly cron: string;
  readonly timeZone: string;
  readonly found?: SchedulePreview;
  readonly problem?: string;
}

export function listPage(frame: ScheduleFrame, view: ListView): Markup {
  const { said } = frame;
  const { items, cursor, isFirstPage, state } = view;
  const isEmpty = isFirstPage && cursor === null && state === undefined;
  const next = cursor !== null && linkTo(schedulesPath, frame, { cursor, ...(state !== undefined && { state }) });
  return inFrame(
    frame,
    { path: schedulesPath },
    html`<h1>${said.schedules}</h1>
      ${filterForm(frame, state)}
      ${
        items.length === 0
          ? html`<p>${isEmpty ? said.none : said.noneOnPage}</p>`
          : table(
              ["ID", said.when, said.next, said.state, said.counts],
              view.items.map((item) => row(frame, item, view.nowMs)),
            )
      }
      ${next !== false && html`<p><a href="${next}">${said.nextPage}</a></p>`} ${previewPart(frame, view.preview)}`,
  );
}

function filterForm(frame: ScheduleFrame, chosen: ScheduleState | undefined): Markup {
  const { said } = frame;
  const options = (["active", "paused", "finished"] as const).map(
    (state) =>
      html`<option value="${state}" ${state === chosen && { html: " selected" }}>${said.states[state]}</option>`,
  );
  return html`<form method="get" action="${schedulesPath}">
    ${languageField(frame)}
    <label
      >${said.state}
      <select name="state">
        <option value="">${said.all}</option>
        ${options}
      </select></label
    >
    <button>${said.show}</button>
  </form>`;
}

function row(frame: ScheduleFrame, item: ScheduleSummary, nowMs: number): Markup {
  const { said, language } = frame;
  const { id, spec, state, nextAtMs, note, counts } = item;
  const { text, textZh } = inWords(spec);
  const zone = zoneOf(spec);
  const next =
    nextAtMs !== null &&
    html`${tellDistance(nextAtMs, nowMs, said)}<br /><small>${tellTime(nextAtMs, zone, said)}</small>`;
  const numbers = (["fired", "missed", "skipped", "failed"] as const)
    .filter((name) => name === "fired" || counts[name] > 0)
    .map((name) => `${counts[name]} ${said.countNames[name]}`);
  return html`<tr role="row">
    <th role="rowheader" scope="row"><a href="${linkTo(pathOf(id), frame)}">${id}</a></th>
    <td role="cell" data-label="${said.when}">${language === "zh" ? textZh : text} <small>${zone}</small></td>
    <td role="cell" data-label="${said.next}">${next || "–"}</td>
    <td role="cell" data-label="${said.state}">
      <span class="${state}">${said.states[state]}</span> ${note !== null && html`<br /><small>${note}</small>`}
    </td>
    <td role="cell" data-label="${said.counts}" class="tabular">${numbers.join(", ")}</td>
  </tr>`;
}

function previewPart(frame: ScheduleFrame, { cron, timeZone, found, problem }: PreviewView): Markup {
  const { said, language } = frame;
  const answer = found !== undefined && inWords(found.spec)[language === "zh" ? "textZh" : "text"];
  return html`<h2 id="preview">${said.preview}</h2>
    <form method="get" action="${schedulesPath}#preview">
      ${languageField(frame)}
      <label
        >${said.cron} <input name="cron" value="${cron}" maxlength="256" placeholder="0 9 * * 1-5" required
      /></label>
      <label
        >${said.timeZone} <input name="timeZone" value="${timeZone}" maxlength="64" placeholder="Asia/Shanghai"
      /></label>
      <button>${said.show}</button>
    </form>
    ${problem !== undefined && html`<p role="alert">${problem}</p>`}
    ${
      found !== undefined &&
      html`<p>${answer || ""}</p>
        ${timesList(frame, found.upcomingMs, zoneOf(found.spec))}${warningsOf(found.warnings)}`
    }`;
}

export function timesList({ said }: ScheduleFrame, timesMs: readonly number[], zone: string): Markup {
  return html`<ol class="tabular">
    ${timesMs.map((ms) => html`<li>${tellTime(ms, zone, said)}</li>`)}
  </ol>`;
}

export function warningsOf(warnings: readonly string[]): Markup | false {
  return (
    warnings.length > 0 &&
    html`<ul class="missed">
      ${warnings.map((one) => html`<li>${one}</li>`)}
    </ul>`
  );
}

/** Ids are of letters that need no escape in a path. */
export function pathOf(id: string): string {
  return `${schedulesPath}/${id}`;
}

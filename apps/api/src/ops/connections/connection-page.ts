import type { ConnectionRecord } from "@switchyard/broker/connection-index";
import type { ConnectionDetail } from "@switchyard/broker/node-command";
import { formPath } from "../answers/list-page.ts";
import { connectionsPath, inFrame, linkTo } from "../frame.ts";
import { html, type Markup } from "../html.ts";
import { tellDistance, tellTime } from "../tell-time.ts";
import { connectionPath, userCell } from "./list-page.ts";
import type { ConnectionFrame } from "./words.ts";

export interface ConnectionView {
  readonly client: string;
  /** Undefined: it is not there any more. */
  readonly record: ConnectionRecord | undefined;
  /** Undefined: its gateway has not answered. */
  readonly detail: ConnectionDetail | undefined;
  readonly nodeName: string;
  readonly nowMs: number;
}

export function connectionPage(frame: ConnectionFrame, view: ConnectionView): Markup {
  const { said } = frame;
  const { client, record } = view;
  return inFrame(
    frame,
    { path: connectionPath, query: { client } },
    html`<p><a href="${linkTo(connectionsPath, frame)}">${said.back}</a></p>
      <h1>${client}</h1>
      ${record === undefined ? html`<p role="status">${said.gone}</p>` : describe(frame, record, view)}`,
  );
}

function describe(
  frame: ConnectionFrame,
  record: ConnectionRecord,
  { detail, nodeName, nowMs }: ConnectionView,
): Markup {
  const { said } = frame;
  const { client, user, door, transport, protocol, name, version, connectedAtMs } = record;
  const meta = detail?.meta ?? record.meta;
  const app = [name, version].filter((part) => part !== undefined && part !== "").join(" ");
  const since = `${tellDistance(connectedAtMs, nowMs, said)}, ${tellTime(connectedAtMs, "UTC", said)}`;
  const expiresAtMs = detail?.expiresAtMs ?? null;
  return html`<p>${said.user}: ${userCell(frame, user)}</p>
    <p>${said.door}: ${door}, ${transport}, ${protocol}</p>
    ${app !== "" && html`<p>${said.app}: ${app}</p>`}
    <p>${said.node}: ${nodeName}</p>
    <p>${said.since}: ${since}</p>
    ${detail !== undefined && html`<p>${said.expires}: ${expiresAtMs === null ? said.never : tellTime(expiresAtMs, "UTC", said)}</p>`}
    ${meta !== undefined && html`<p>${said.notes}: <code>${JSON.stringify(meta)}</code></p>`}
    <h2>${said.channels}</h2>
    ${channelList(frame, detail)}
    <p><a href="${linkTo(formPath, frame, { client })}">${said.answer}</a></p>
    <details>
      <summary>${said.close}</summary>
      <p>${said.closeHint}</p>
      <form method="post" action="${linkTo(connectionPath, frame, { client })}"><button>${said.closeNow}</button></form>
    </details>`;
}

function channelList({ said }: ConnectionFrame, detail: ConnectionDetail | undefined): Markup {
  if (detail === undefined) return html`<p class="soft">${said.silent}</p>`;
  if (detail.channels.length === 0) return html`<p>${said.noChannels}</p>`;
  return html`<ul>
    ${detail.channels.map(
      ({ channel, isServerSide }) =>
        html`<li><code>${channel}</code> <small>${isServerSide ? said.byServer : said.bySelf}</small></li>`,
    )}
  </ul>`;
}

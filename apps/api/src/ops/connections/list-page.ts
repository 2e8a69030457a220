import type { ConnectionRecord, UserStatus } from "@switchyard/broker/connection-index";
import { connectionsPath, inFrame, languageField, linkTo } from "../frame.ts";
import { html, type Markup } from "../html.ts";
import { table } from "../table.ts";
import { tellDistance, tellTime } from "../tell-time.ts";
import type { ConnectionFrame } from "./words.ts";

export const connectionPath = `${connectionsPath}/one`;

export interface ListView {
  /** Undefined: no index is kept. */
  readonly connections: readonly ConnectionRecord[] | undefined;
  /** Of the part behind this one; undefined: there is none. */
  readonly next: Readonly<Record<string, string>> | undefined;
  readonly isFirstPage: boolean;
  /** Whose they are; undefined: everybody's. */
  readonly of: { readonly user: string; readonly status: UserStatus | undefined } | undefined;
  readonly nodeNames: ReadonlyMap<string, string>;
  readonly isClosed: boolean;
  readonly nowMs: number;
}

export function listPage(frame: ConnectionFrame, view: ListView): Markup {
  const { said } = frame;
  const { connections, next, of } = view;
  const query: Record<string, string> = of === undefined ? {} : { user: of.user };
  if (connections === undefined)
    return inFrame(
      frame,
      { path: connectionsPath },
      html`<h1>${said.connections}</h1>
        <p>${said.notKept}</p>`,
    );
  return inFrame(
    frame,
    { path: connectionsPath, query },
    html`<h1>${said.connections}</h1>
      ${view.isClosed && html`<p role="status"><strong>${said.closed}</strong></p>`}
      <p>${said.intro}</p>
      <form method="get" action="${connectionsPath}">
        ${languageField(frame)}
        <label>${said.user} <input name="user" value="${of?.user}" maxlength="255" /></label>
        <button>${said.show}</button>
      </form>
      ${of !== undefined && html`<p><a href="${linkTo(connectionsPath, frame)}">${said.everybody}</a></p>`}
      ${connections.length === 0 ? html`<p>${nobody(frame, view)}</p>` : connectionTable(frame, connections, view)}
      ${next !== undefined && html`<p><a href="${linkTo(connectionsPath, frame, { ...query, ...next })}">${said.nextPage}</a></p>`}`,
  );
}

function nobody({ said }: ConnectionFrame, { of, isFirstPage, next, nowMs }: ListView): string {
  if (of === undefined) return isFirstPage && next === undefined ? said.none : said.noneOnPage;
  if (!isFirstPage) return said.noneOnPage;
  const lastSeenMs = of.status?.lastSeenMs;
  const seen = lastSeenMs === undefined ? "" : ` ${said.lastSeen(tellDistance(lastSeenMs, nowMs, said))}`;
  return said.noneOfUser(of.user) + seen;
}

function connectionTable(
  frame: ConnectionFrame,
  connections: readonly ConnectionRecord[],
  { nodeNames, nowMs }: Pick<ListView, "nodeNames" | "nowMs">,
): Markup {
  const { said } = frame;
  const rows = connections.map(
    ({ client, user, door, transport, protocol, node, connectedAtMs }) =>
      html`<tr role="row">
        <th role="rowheader" scope="row">
          <a href="${linkTo(connectionPath, frame, { client })}"><code>${client}</code></a>
        </th>
        <td role="cell" data-label="${said.user}">${userCell(frame, user)}</td>
        <td role="cell" data-label="${said.door}">${door}</td>
        <td role="cell" data-label="${said.transport}">${transport}, ${protocol}</td>
        <td role="cell" data-label="${said.node}">${nodeNames.get(node) ?? node}</td>
        <td role="cell" data-label="${said.since}">
          ${tellDistance(connectedAtMs, nowMs, said)}<br /><small>${tellTime(connectedAtMs, "UTC", said)}</small>
        </td>
      </tr>`,
  );
  return table([said.client, said.user, said.door, said.transport, said.node, said.since], rows);
}

export function userCell(frame: ConnectionFrame, user: string): Markup {
  if (user === "") return html`<small>${frame.said.anonymous}</small>`;
  return html`<a href="${linkTo(connectionsPath, frame, { user })}">${user}</a>`;
}

import { splitChannelName, userChannel } from "@switchyard/protocol/channel-name";
import type { ClientInfo } from "@switchyard/protocol/publication";
import { answersPath, inFrame, languageField, linkTo } from "../frame.ts";
import { html, type Markup } from "../html.ts";
import { table } from "../table.ts";
import type { AnswerFrame } from "./words.ts";

export const membersPath = `${answersPath}/in`;
export const formPath = `${answersPath}/to`;

export interface ChannelsView {
  readonly pattern: string;
  readonly channels: readonly (readonly [name: string, connections: number])[];
  readonly hasMore: boolean;
  readonly isPartial: boolean;
  readonly problem?: string;
}

/** Whom one could write to, by the channels they are in. */
export function channelsPage(frame: AnswerFrame, view: ChannelsView): Markup {
  const { said } = frame;
  const { pattern, channels, hasMore, isPartial, problem } = view;
  return inFrame(
    frame,
    { path: answersPath, query: { pattern } },
    html`<h1>${said.answers}</h1>
      <p>${said.intro}</p>
      <form method="get" action="${answersPath}">
        ${languageField(frame)}
        <label>${said.pattern} <input name="pattern" value="${pattern}" maxlength="255" /></label>
        <button>${said.show}</button>
      </form>
      <p class="soft">${said.patternHint}</p>
      ${problem !== undefined && html`<p role="alert">${problem}</p>`}
      ${problem === undefined && (channels.length === 0 ? html`<p>${said.none}</p>` : channelTable(frame, channels))}
      ${hasMore && html`<p class="soft">${said.more(channels.length)}</p>`}
      ${isPartial && html`<p class="soft">${said.partial}</p>`}
      <form method="get" action="${formPath}">
        ${languageField(frame)}
        <label>${said.clientId} <input name="client" maxlength="64" required /></label>
        <button>${said.answer}</button>
      </form>`,
  );
}

function channelTable(frame: AnswerFrame, channels: ChannelsView["channels"]): Markup {
  const { said } = frame;
  const rows = channels.map(
    ([name, connections]) =>
      html`<tr role="row">
        <th role="rowheader" scope="row"><a href="${linkTo(membersPath, frame, { channel: name })}">${name}</a></th>
        <td role="cell" data-label="${said.connections}" class="tabular">${connections}</td>
      </tr>`,
  );
  return table([said.channel, said.connections], rows);
}

export interface MembersView {
  readonly channel: string;
  /** Undefined: nobody keeps them. */
  readonly members: ReadonlyMap<string, ClientInfo> | undefined;
  /** Why they cannot be told. */
  readonly problem?: string;
}

/** The connections of a channel. */
export function membersPage(frame: AnswerFrame, { channel, members, problem }: MembersView): Markup {
  const { said } = frame;
  const user = userOf(channel);
  const missing = html`<p>${said.noPresence} ${user !== undefined && said.userPresence}</p>`;
  const listed =
    members === undefined ? missing : members.size === 0 ? html`<p>${said.noMembers}</p>` : memberTable(frame, members);
  return inFrame(
    frame,
    { path: membersPath, query: { channel } },
    html`<p><a href="${linkTo(answersPath, frame)}">${said.back}</a></p>
      <h1>${said.members} ${channel}</h1>
      ${user !== undefined && html`<p><a href="${linkTo(formPath, frame, { user })}">${said.answerUser(user)}</a></p>`}
      ${problem === undefined ? listed : html`<p role="alert">${problem}</p>`}`,
  );
}

function memberTable(frame: AnswerFrame, members: ReadonlyMap<string, ClientInfo>): Markup {
  const { said } = frame;
  const rows = Array.from(members, ([client, { user, conn_info, chan_info }]) => {
    const info = [conn_info, chan_info].filter((one) => one !== undefined).map((one) => JSON.stringify(one));
    return html`<tr role="row">
      <th role="rowheader" scope="row"><code>${client}</code></th>
      <td role="cell" data-label="${said.user}">${user === "" ? html`<small>${said.anonymous}</small>` : user}</td>
      <td role="cell" data-label="${said.info}">${info.length === 0 ? "–" : info.join(" ")}</td>
      <td role="cell"><a href="${linkTo(formPath, frame, { client })}">${said.answer}</a></td>
    </tr>`;
  });
  return table([said.client, said.user, said.info, said.answer], rows);
}

/** Whose channel it is; undefined where it is nobody's. */
function userOf(channel: string): string | undefined {
  const { rest } = splitChannelName(channel);
  return rest !== "" && channel === userChannel(rest) ? rest : undefined;
}

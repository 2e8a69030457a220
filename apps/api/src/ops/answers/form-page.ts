import { userChannel } from "@switchyard/protocol/channel-name";
import { answersPath, inFrame, linkTo } from "../frame.ts";
import { html, type Markup } from "../html.ts";
import { formPath, membersPath } from "./list-page.ts";
import type { AnswerFrame } from "./words.ts";

/** Characters of an answer. */
export const answerMaxLength = 4_000;

export type Addressee = { readonly client: string } | { readonly user: string };

export interface FormView {
  readonly to: Addressee;
  /** How many connections were handed the answer before; undefined: there was none. */
  readonly sent: number | undefined;
  readonly isPartial: boolean;
}

/** Where one answer after the other is written. */
export function formPage(frame: AnswerFrame, { to, sent, isPartial }: FormView): Markup {
  const { said } = frame;
  const query = { ...to };
  const whom = "user" in to ? html`${said.user} ${to.user}` : html`${said.client} <code>${to.client}</code>`;
  const back =
    "user" in to ? linkTo(membersPath, frame, { channel: userChannel(to.user) }) : linkTo(answersPath, frame);
  return inFrame(
    frame,
    { path: formPath, query },
    html`<p><a href="${back}">${said.back}</a></p>
      <h1>${said.to}: ${whom}</h1>
      ${
        sent !== undefined &&
        html`<p role="status"><strong>${sent === 0 ? said.sentNobody : said.sent(sent)}</strong></p>`
      }
      ${isPartial && html`<p class="soft">${said.partial}</p>`}
      <form method="post" action="${linkTo(formPath, frame, query)}">
        <label
          >${said.text}
          <textarea name="text" rows="4" maxlength="${answerMaxLength}" required></textarea>
        </label>
        <button>${said.send}</button>
      </form>`,
  );
}

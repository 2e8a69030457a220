import { html, type Markup } from "../html.ts";
import { type Language, type Words, words } from "./words.ts";

/** For whom a page is written and where it stands. */
export interface Frame {
  readonly language: Language;
  readonly said: Words;
  /** Said in the address, so every link says it again. */
  readonly isAsked: boolean;
}

export const schedulesPath = "/ops/schedules";

/** An address of these pages that keeps the language. */
export function linkTo(
  path: string,
  { language, isAsked }: Frame,
  query: Readonly<Record<string, string>> = {},
): string {
  const text = new URLSearchParams({ ...query, ...(isAsked && { lang: language }) }).toString();
  return text === "" ? path : `${path}?${text}`;
}

/** For forms that are sent by GET, which drop what their action's address asks. */
export function languageField({ language, isAsked }: Frame): Markup | false {
  return isAsked && html`<input type="hidden" name="lang" value="${language}" />`;
}

export function inFrame(frame: Frame, path: string, main: Markup): Markup {
  const { language, said } = frame;
  const other = language === "en" ? "zh" : "en";
  const here = linkTo(schedulesPath, frame);
  return html`<header>
      <strong>Switchyard</strong>
      <nav>
        <a href="/ops/queues">${said.queues}</a>
        <a href="${here}" aria-current="${path === schedulesPath ? "page" : "true"}">${said.schedules}</a>
        <a href="${path}?lang=${other}" lang="${other === "zh" ? words.zh.locale : "en"}" hreflang="${other}"
          >${said.other}</a
        >
        <a href="/ops/logout">${said.logOut}</a>
      </nav>
    </header>
    <main>${main}</main>`;
}

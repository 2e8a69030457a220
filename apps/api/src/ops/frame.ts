import { html, type Markup } from "./html.ts";
import { mark } from "./ops-page.ts";

export type Language = "en" | "zh";

/** For whom a page is written and where it stands. */
export interface Frame<Words extends PageWords = PageWords> {
  readonly language: Language;
  /** Every word of these pages. */
  readonly said: Words;
  /** Said in the address, so every link says it again. */
  readonly isAsked: boolean;
}

interface PageWords {
  /** How numbers and times are written. */
  readonly locale: string;
}

export const schedulesPath = "/ops/schedules";
export const answersPath = "/ops/answers";
export const connectionsPath = "/ops/connections";
export const sessionsPath = "/ops/sessions";

const navWords = {
  en: {
    [schedulesPath]: "Schedules",
    [answersPath]: "Answers",
    [connectionsPath]: "Connections",
    [sessionsPath]: "Logins",
    console: "Console",
    queues: "Queues",
    logOut: "Log out",
    other: "中文",
  },
  zh: {
    [schedulesPath]: "定时任务",
    [answersPath]: "应答",
    [connectionsPath]: "连接",
    [sessionsPath]: "登录会话",
    console: "控制台",
    queues: "队列",
    logOut: "退出登录",
    other: "English",
  },
};

/** What the address says, or else the browser. */
export function frameOf<Words extends PageWords>(
  words: Readonly<Record<Language, Words>>,
  { lang, acceptLanguage = "" }: { readonly lang: Language | undefined; readonly acceptLanguage: string | undefined },
): Frame<Words> {
  const language = lang ?? (/^zh\b/i.test(acceptLanguage) ? "zh" : "en");
  return { language, said: words[language], isAsked: lang !== undefined };
}

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

/** @param query of the page, for the same one in the other language */
export function inFrame(
  frame: Frame,
  { path, query = {} }: { readonly path: string; readonly query?: Readonly<Record<string, string>> },
  main: Markup,
): Markup {
  const said = navWords[frame.language];
  const other = frame.language === "en" ? "zh" : "en";
  const boards = ([connectionsPath, schedulesPath, answersPath, sessionsPath] as const).map((board) => {
    const isHere = path === board || path.startsWith(`${board}/`);
    const mark = isHere && { html: ` aria-current="${path === board ? "page" : "true"}"` };
    return html`<a href="${linkTo(board, frame)}" ${mark}>${said[board]}</a>`;
  });
  const inOther = linkTo(path, { ...frame, language: other, isAsked: true }, query);
  return html`<header>
      <a class="brand" href="/ops/console">${mark} Switchyard</a>
      <nav>
        <a href="/ops/console">${said.console}</a>
        <a href="/ops/queues">${said.queues}</a>
        ${boards}
        <a href="${inOther}" lang="${other === "zh" ? "zh-CN" : "en"}" hreflang="${other}">${said.other}</a>
        <a href="/ops/logout">${said.logOut}</a>
      </nav>
    </header>
    <main>${main}</main>`;
}

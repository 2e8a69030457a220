import type { Severity } from "@switchyard/console/answers";
import type { AlertReceiver } from "../../alerts/alert-desk.ts";
import type { RuleChange } from "./advance-rules.ts";

type Language = AlertReceiver["language"];

const words = {
  en: {
    severity: { critical: "CRITICAL", warning: "Warning", notice: "Notice" },
    lasts: (span: string) => `still, after ${span}`,
    over: (span: string) => `Over after ${span}`,
    remains: (span: string) => `Not urgent any more after ${span}`,
    more: (count: number) => `and ${count} more`,
    test: "This is a test of the alerts of Switchyard.",
  },
  zh: {
    severity: { critical: "严重", warning: "警告", notice: "提示" },
    lasts: (span: string) => `已持续 ${span}`,
    over: (span: string) => `已结束，持续了 ${span}`,
    remains: (span: string) => `不再紧急，持续了 ${span}`,
    more: (count: number) => `以及另外 ${count} 项`,
    test: "这是 Switchyard 的告警测试。",
  },
} as const;

export interface AlertTextParts extends RuleChange {
  readonly severity: Severity;
  readonly nowMs: number;
  readonly language: Language;
  /** Of what it is about, those that are told by name. */
  readonly titles: readonly string[];
  /** There are so many besides. */
  readonly more: number;
  /** What to do. */
  readonly todo: string;
  /** It has ended, and something of it is there that is not urgent. */
  readonly isLeft: boolean;
  readonly url: string;
}

/** What a person reads in a chat: what is wrong, what to do, and where. */
export function alertText({ change, titles, more, todo, url, ...alert }: AlertTextParts): string {
  const said = words[alert.language];
  const span = spanText(alert.nowMs - alert.sinceMs, alert.language);
  if (change === "ended")
    return `✓ ${(alert.isLeft ? said.remains : said.over)(span)}: ${plainText(alert.title)}\n${url}`;
  const head = said.severity[alert.severity] + (change === "continues" ? ` (${said.lasts(span)})` : "");
  const [first = "", ...others] = titles.map(plainText);
  return [
    `▲ ${head}: ${first}`,
    ...others.map((title) => `· ${title}`),
    ...(more > 0 ? [`· ${said.more(more)}`] : []),
    todo,
    url,
  ].join("\n");
}

export function testText(language: Language): string {
  return words[language].test;
}

/**
 * Names of groups, handlers and schedules are whatever somebody chose. In a chat they must neither call everybody (`<!channel>`, `@all`)
 * nor show a link that leads elsewhere, so what begins those is written with its look-alike of full width.
 */
export function plainText(title: string): string {
  return title
    .replaceAll(/[<>&@[\]]/g, (character) => String.fromCharCode(character.charCodeAt(0) + 0xfee0))
    .replaceAll("://", ":／／")
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}

function spanText(ms: number, language: Language): string {
  const minutes = Math.floor(ms / 60_000);
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24];
  const parts =
    days > 0 ? { days, hours } : minutes > 0 ? { hours, minutes: minutes % 60 } : { seconds: Math.round(ms / 1_000) };
  return new Intl.DurationFormat(language, { style: "short", secondsDisplay: minutes > 0 ? "auto" : "always" }).format(
    parts,
  );
}

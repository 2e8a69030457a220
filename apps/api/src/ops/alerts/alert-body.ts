import type { Need, Severity } from "@switchyard/console/answers";
import { addressOfNeed, subjectOfNeed } from "@switchyard/console/need-place";
import { titleOfEnd } from "@switchyard/console/need-ends";
import { todoOfNeeds } from "@switchyard/console/need-todo";
import { needWords, titleOfNeed } from "@switchyard/console/need-words";
import { cutText } from "@switchyard/runtime/cut-text";
import type { AlertReceiver } from "../../alerts/alert-desk.ts";
import { toIso } from "../../shapes/iso-times.ts";
import type { RuleChange } from "./advance-rules.ts";
import { alertText, testText } from "./alert-text.ts";

export interface AlertBodyParts {
  readonly receiver: Pick<AlertReceiver, "kind" | "language">;
  /** Empty: links are paths. */
  readonly publicUrl: string;
  readonly nowMs: number;
}

/** Told by name; others are counted. */
const toldMax = 10;
const titleMaxLength = 200;

/** The bytes of a request. Names of things and numbers are in it; what tasks carry and what handlers have said is not. */
export function alertBody(
  change: RuleChange,
  { receiver, publicUrl, nowMs, isLeft }: AlertBodyParts & { readonly isLeft: boolean },
): string {
  const { rule, sinceMs, needs } = change;
  const { language } = receiver;
  const isOver = change.change === "ended";
  const title = isOver ? cutText(titleOfEnd({ ...change, isLeft }, language), titleMaxLength) : change.title;
  const urlOf = (need: Need | undefined) => publicUrl.replace(/\/$/, "") + addressOfNeed(need);
  const about = needs.slice(0, toldMax).map((need) => ({
    title: alertTitle(need, language),
    severity: need.severity,
    subject: subjectOfNeed(need) ?? null,
    url: urlOf(need),
  }));
  const severity: Severity = needs[0]?.severity ?? "notice";
  const url = urlOf(needs[0]);
  const more = needs.length - about.length;
  const titles = about.map((one) => one.title);
  const todo = isOver ? "" : todoOfNeeds(rule, needs, language);
  const text = alertText({ ...change, title, severity, nowMs, language, titles, more, todo, isLeft, url });
  if (receiver.kind === "chat") return JSON.stringify({ text });
  const data = { rule, state: change.change, severity, title, since: toIso(sinceMs), todo, url, about, more };
  return JSON.stringify({ type: `alert.${change.change}`, timestamp: toIso(nowMs), text, data });
}

export function testBody({ receiver, publicUrl, nowMs }: AlertBodyParts): string {
  const url = publicUrl.replace(/\/$/, "") + addressOfNeed(undefined);
  const text = `${testText(receiver.language)}\n${url}`;
  if (receiver.kind === "chat") return JSON.stringify({ text });
  return JSON.stringify({ type: "alert.test", timestamp: toIso(nowMs), text, data: { state: "test", url } });
}

/** In one line, with names as they are. */
export function alertTitle(need: Need, language: AlertReceiver["language"]): string {
  const numbers = new Intl.NumberFormat(language);
  const title = titleOfNeed(need, needWords[language], (value) => numbers.format(value));
  return cutText(title, titleMaxLength);
}

import { Cron } from "croner";
import cronstrue from "cronstrue/i18n.js";
import { TaskRejection } from "../task-rejection.ts";

/**
 * Cron by croner, with the rule of Vixie's cron about clocks that are put forward or back: a pattern without a wildcard in its
 * hours and minutes names times of day, so each comes once a day, right after the gap when it does not exist. croner's default
 * counts only single values among those and loses the runs of lists.
 */
export function openCron(cron: string, timeZone: string): Cron {
  const key = `${timeZone}\n${cron}`;
  const known = opened.get(key);
  if (known !== undefined) return known;
  const made = new Cron(cron, { paused: true, timezone: timeZone, fixedTimeRule: "no-wildcard" });
  if (opened.size >= openedMax) opened.clear();
  opened.set(key, made);
  return made;
}

/** Reading a pattern takes ten times as long as asking it for its next run. What is kept follows from the key alone. */
const opened = new Map<string, Cron>();
const openedMax = 10_000;

/** @throws TaskRejection naming `cron` or `timeZone`. */
export function checkCron(cron: string, timeZone: string): void {
  if (!isTimeZone(timeZone)) reject("timeZone", "is not a time zone's name; write one as IANA does, `Europe/Berlin`");
  if (cron.length > cronMaxLength) reject("cron", `must have ${cronMaxLength} characters or fewer`);
  // croner would take a date, which is what `at` is for.
  const fields = cron.trim().split(/\s+/);
  if (!/^@[a-z]+$/.test(cron) && fields.length !== 5 && fields.length !== 6)
    reject(
      "cron",
      "must have five fields (minute hour day month weekday), or six with seconds in front, or be `@daily`",
    );
  let next: Date | null;
  try {
    next = openCron(cron, timeZone).nextRun();
  } catch (error) {
    reject("cron", `cannot be read: ${String((error as Error).message).replace(/^Cron\w+: /, "")}`);
  }
  if (next === null) reject("cron", "names a time that never comes");
}

const cronMaxLength = 256;

/** Whether it can be asked for its runs, as one that was stored long ago need not: zones go and libraries change. */
export function isCron(cron: string, timeZone: string): boolean {
  try {
    openCron(cron, timeZone).nextRun();
    return true;
  } catch {
    return false;
  }
}

export function isTimeZone(name: string): boolean {
  // Offsets are taken by Intl, too, but a schedule that means a place would be wrong half of the year.
  if (!/^[A-Za-z][\w+-]*(?:\/[\w+-]+)*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    return true;
  } catch {
    return false;
  }
}

/** Its types speak of a `default` inside the default; both are there in Node, one of them in bundlers. */
const describer = cronstrue as unknown as (typeof cronstrue)["default"];

/** The pattern as a sentence; the pattern itself where cronstrue knows less than croner (`+MON`, `5#L`). */
export function cronInWords(cron: string, language: "en" | "zh"): string {
  try {
    const locale = language === "zh" ? "zh_CN" : "en";
    const words = describer.toString(cron, { locale, use24HourTimeFormat: true });
    // Its Chinese has commas of English, and weekdays without the word that says "each".
    return language === "en" ? words : words.replaceAll(", 星期", "，每星期").replaceAll(/, ?/g, "，");
  } catch {
    return cron;
  }
}

function reject(field: string, problem: string): never {
  throw new TaskRejection("field_invalid", field, problem);
}

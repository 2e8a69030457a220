import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { useDesk } from "../state/desk.ts";
import { localeOf } from "../state/preferences.ts";
import { distance } from "./numbers.ts";
import { time } from "./html.ts";

/** A moment: how long ago, or the time of day, as somebody has chosen; the exact time in both clocks where it is pointed at. */
export function When({ atMs }: { readonly atMs: number }): VNode {
  const { preferences, clock } = useDesk();
  const locale = localeOf[preferences.language.value];
  const mode = preferences.timeMode.value;
  const iso = new Date(atMs).toISOString();
  // A format takes a millisecond to make, and a page of rows makes one for each of them every second.
  const local = useMemo(
    () => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long" }).format(atMs),
    [atMs, locale],
  );
  const shown =
    mode === "relative" ? distance(atMs, clock.nowMs.value, { locale }) : clockTime(atMs, mode, clock.nowMs.value);
  return time({ dateTime: iso, title: `${iso}\n${local}` }, shown);
}

/** `14:02:11`, and the date before it where that is another day. */
function clockTime(atMs: number, mode: "local" | "utc", nowMs: number): string {
  const zone = mode === "utc" ? { timeZone: "UTC" } : {};
  // Swedish dates are written as ISO 8601 has them.
  const day = (ms: number) => new Intl.DateTimeFormat("sv-SE", { ...zone, dateStyle: "short" }).format(ms);
  const clock = new Intl.DateTimeFormat("sv-SE", { ...zone, timeStyle: "medium" }).format(atMs);
  return day(atMs) === day(nowMs) ? clock : `${day(atMs)} ${clock}`;
}

import { signal } from "@preact/signals";
import { h, render } from "preact";
import type { OverviewAnswer } from "./answers/overview.ts";
import { Shell } from "./shell/shell.ts";
import { startClock } from "./state/clock.ts";
import { type Desk, DeskContext, type Live, type Operator } from "./state/desk.ts";
import { openHub } from "./state/hub.ts";
import { openNotices } from "./state/notices.ts";
import { openRoute } from "./state/place.ts";
import { startPoll } from "./state/poll.ts";
import { openPreferences } from "./state/preferences.ts";
import { watchVersion } from "./state/version.ts";

const overviewEveryMs = 2_000;

const route = openRoute();
const hub = openHub();
const live = openLive();
const overview = startPoll<OverviewAnswer>({
  hub,
  path: "overview",
  everyMs: overviewEveryMs,
  isPaused: () => live.isPaused() || live.isHeld(),
});
const desk: Desk = {
  operator: readOperator(),
  preferences: openPreferences(route.place.value.query["lang"] ?? null),
  route,
  hub,
  live,
  clock: startClock(hub),
  notices: openNotices(() => document.querySelector(".notices:is(:hover, :focus-within)") !== null),
  overview,
  isReplaced: watchVersion(overview, import.meta.url),
};
const place = document.getElementById("console");
if (place === null) throw new Error("the page has no place for the console");
render(h(DeskContext.Provider, { value: desk }, h(Shell, null)), place);

function openLive(): Live {
  const isPaused = signal(false);
  const questions = signal(0);
  return {
    isPaused: () => isPaused.value,
    toggle: () => (isPaused.value = !isPaused.peek()),
    isHeld: () => questions.value > 0,
    hold() {
      questions.value = questions.peek() + 1;
      return () => (questions.value = questions.peek() - 1);
    },
  };
}

/** The api writes into the page who has logged in. */
function readOperator(): Operator {
  const content = document.querySelector("meta[name=operator]")?.getAttribute("content") ?? "";
  return JSON.parse(content) as Operator;
}

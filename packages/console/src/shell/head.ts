import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useDesk } from "../state/desk.ts";
import { useWords } from "../state/use-words.ts";
import { a, button, div, header, nav, part, path, span, svg } from "../ui/html.ts";
import { icon } from "../ui/icon.ts";
import { SettingsMenu } from "./settings-menu.ts";
import { screensFor, screenWords } from "./screens.ts";
import { shellWords } from "./shell-words.ts";

/** Brand, screens, and what holds for all of them. */
export function Head({ onFind }: { readonly onFind: () => void }): VNode {
  const said = useWords(shellWords);
  const { route, operator } = useDesk();
  const isOpen = useSignal(false);
  // A link that was followed closes the menu it stood in.
  const at = route.place.value.path.join("/");
  return header(
    { class: "head", key: at },
    button(
      {
        class: "plain menu",
        "aria-expanded": isOpen.value,
        "aria-label": said.menu,
        onClick: () => (isOpen.value = !isOpen.value),
      },
      icon(isOpen.value ? "close" : "menu"),
    ),
    a(
      { class: "brand", href: route.href([]), "aria-label": "Switchyard" },
      svg(
        { class: "mark", viewBox: "0 0 24 24", "aria-hidden": "true" },
        path({ d: "M2 17h20M2 7h4.5" }),
        path({ class: "turnout", d: "M5 17h1.6a4 4 0 0 0 3.2-1.6l4.8-6.8A4 4 0 0 1 17.8 7H22" }),
      ),
      span(null, "Switchyard"),
    ),
    part(Screens, { isOpen: isOpen.value, onGo: () => (isOpen.value = false) }),
    div(
      { class: "tools" },
      button(
        { class: "find", onClick: onFind, "aria-label": said.find, "aria-keyshortcuts": "Control+K Meta+K" },
        icon("search"),
        span(null, said.find),
      ),
      !operator.mayAct &&
        span(
          { class: "reads-only", title: operator.role === "viewer" ? said.looksOnly : said.readOnlyHub },
          said.readOnly,
        ),
      part(LiveLamp, {}),
      part(LanguageButton, {}),
      part(SettingsMenu, {}),
    ),
  );
}

function Screens({ isOpen, onGo }: { readonly isOpen: boolean; readonly onGo: () => void }): VNode {
  const said = useWords(shellWords);
  const titles = useWords(screenWords);
  const { route, overview, operator } = useDesk();
  const [first = ""] = route.place.value.path;
  const needs = overview.data.value?.needTotals.urgent ?? 0;
  return nav(
    { class: isOpen ? "screens open" : "screens", "aria-label": said.screens },
    screensFor(operator).map(({ path: to }) =>
      a(
        {
          key: to,
          href: route.href(to === "" ? [] : [to]),
          "aria-current": to === first ? "page" : undefined,
          onClick: onGo,
        },
        titles[to],
        to === "" && needs > 0 && span({ class: "badge", title: said.needsYou(needs) }, String(needs)),
      ),
    ),
  );
}

/** Whether what is shown is new: the console's own line to the hub, not the hub's health. */
function LiveLamp(): VNode {
  const said = useWords(shellWords);
  const { live, overview } = useDesk();
  const state = live.isPaused() ? "paused" : overview.failure.value === undefined ? "live" : "stale";
  return button(
    {
      class: `plain lamp-button ${state}`,
      onClick: () => live.toggle(),
      title: live.isPaused() ? said.resume : said.pause,
      "aria-pressed": live.isPaused(),
    },
    span({ class: "lamp", "aria-hidden": "true" }),
    span(null, said[state]),
    icon(live.isPaused() ? "play" : "pause"),
  );
}

function LanguageButton(): VNode {
  const { language } = useDesk().preferences;
  const other = language.value === "en" ? "zh" : "en";
  return button(
    { class: "plain language", lang: other === "zh" ? "zh-CN" : "en", onClick: () => (language.value = other) },
    other === "zh" ? "中文" : "EN",
  );
}

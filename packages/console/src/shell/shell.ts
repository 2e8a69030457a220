import { useSignal, useSignalEffect } from "@preact/signals";
import { type ComponentType, h, type VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useDesk } from "../state/desk.ts";
import { nameInText } from "../state/name-in-text.ts";
import { useWords } from "../state/use-words.ts";
import { a, button, div, main, p, part } from "../ui/html.ts";
import { Banners } from "./banners.ts";
import { Head } from "./head.ts";
import { keepFocus } from "./keep-focus.ts";
import { listenToKeys } from "./keys.ts";
import { NoticeList } from "./notice-list.ts";
import { Palette } from "./palette.ts";
import { type Screen, screensFor, screenWords } from "./screens.ts";
import { shellWords } from "./shell-words.ts";

/** The whole page: head, what has to be said, the screen that is open, and what lies over it. */
export function Shell(): VNode {
  const desk = useDesk();
  const said = useWords(shellWords);
  const isFinding = useSignal(false);
  const screen = useRef<HTMLElement>(null);
  useEffect(() => listenToKeys(desk, () => (isFinding.value = true)), []);
  useEffect(() => (screen.current === null ? undefined : keepFocus(screen.current)), []);
  return div(
    { class: "shell" },
    a({ class: "skip", href: "#main" }, said.skip),
    part(Head, { onFind: () => (isFinding.value = true) }),
    part(Banners, {}),
    main({ id: "main", tabIndex: -1, ref: screen }, part(OpenScreen, {})),
    part(NoticeList, {}),
    isFinding.value && part(Palette, { onClose: () => (isFinding.value = false) }),
  );
}

function OpenScreen(): VNode {
  const said = useWords(shellWords);
  const titles = useWords(screenWords);
  const { route, overview, operator } = useDesk();
  const [first = "", ...rest] = route.place.value.path;
  const screen: Screen | undefined = screensFor(operator).find(({ path }) => path === first);
  const loaded = useSignal<{ readonly path: string; readonly component: ComponentType } | "failed" | undefined>(
    undefined,
  );
  useEffect(() => {
    if (screen === undefined) return;
    screen.load().then(
      (component) => (loaded.value = { path: screen.path, component }),
      () => (loaded.value = "failed"),
    );
  }, [screen]);
  useSignalEffect(() => {
    const needs = overview.data.value?.needTotals.urgent ?? 0;
    const [of = "", one] = route.place.value.path;
    const name = one ?? (titles as Readonly<Record<string, string>>)[of] ?? said.notThere;
    document.title = `${needs > 0 ? `(${needs}) ` : ""}${nameInText(name)} · Switchyard`;
  });
  if (screen === undefined)
    return div({ class: "state" }, p(null, said.notThere), a({ href: route.href([]) }, said.home));
  // The files of this version are gone from the api that was asked: it has been replaced.
  if (loaded.value === "failed") {
    return div(
      { class: "state", role: "alert" },
      p(null, said.updated),
      button({ class: "main", onClick: () => location.reload() }, said.reload),
    );
  }
  if (loaded.value?.path !== screen.path) return div({ class: "state" });
  // Another group is another screen: nothing of the one before is shown under its name.
  return h(loaded.value.component, { key: rest.join("/") });
}

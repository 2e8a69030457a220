import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { VNode } from "preact";
import { useDesk } from "../state/desk.ts";
import { useWords } from "../state/use-words.ts";
import { a, bdi, button, div, form, input, label, p, span, strong } from "../ui/html.ts";
import { icon } from "../ui/icon.ts";
import { otherPagesFor } from "./screens.ts";
import { shellWords } from "./shell-words.ts";

/** Who one is, how the page looks, and the way out. */
export function SettingsMenu(): VNode {
  const said = useWords(shellWords);
  const { operator, preferences } = useDesk();
  const isOpen = useSignal(false);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const leave = (event: Event) => {
      const isOutside = event.target instanceof Node && ref.current?.contains(event.target) !== true;
      if (isOutside || (event instanceof KeyboardEvent && event.key === "Escape")) isOpen.value = false;
    };
    for (const kind of ["pointerdown", "focusin", "keydown"]) addEventListener(kind, leave);
    return () => {
      for (const kind of ["pointerdown", "focusin", "keydown"]) removeEventListener(kind, leave);
    };
  }, []);
  const language = preferences.language.value;
  return div(
    { class: "settings", ref },
    button(
      {
        class: "plain user",
        "aria-expanded": isOpen.value,
        title: said.settings,
        onClick: () => (isOpen.value = !isOpen.value),
      },
      icon("user"),
      bdi({ class: "name" }, operator.name),
    ),
    isOpen.value &&
      div(
        { class: "sheet" },
        p(null, strong(null, bdi(null, operator.name)), " ", span({ class: "soft" }, said.roles[operator.role])),
        !operator.mayAct && p({ class: "soft" }, operator.role === "viewer" ? said.looksOnly : said.readOnlyHub),
        choices(said.theme, preferences.theme, said.themes),
        choices(said.time, preferences.timeMode, said.times),
        label(
          { class: "check" },
          input({
            type: "checkbox",
            checked: preferences.hasKeys.value,
            onChange: (event) => (preferences.hasKeys.value = event.currentTarget.checked),
          }),
          said.keys,
        ),
        p({ class: "soft small" }, said.keysHelp),
        div(
          { class: "links" },
          otherPagesFor(operator).map((page) => a({ key: page.href, href: page.href }, page[language])),
        ),
        form({ method: "post", action: "/ops/logout" }, button({ class: "quiet" }, said.logOut)),
      ),
  );
}

function choices<T extends string>(title: string, chosen: Signal<T>, texts: Readonly<Record<T, string>>): VNode {
  return div(
    { class: "choices", role: "group", "aria-label": title },
    span({ class: "soft" }, title),
    div(
      { class: "segments" },
      (Object.keys(texts) as T[]).map((value) =>
        button(
          { key: value, type: "button", "aria-pressed": chosen.value === value, onClick: () => (chosen.value = value) },
          texts[value],
        ),
      ),
    ),
  );
}

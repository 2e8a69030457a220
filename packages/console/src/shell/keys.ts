import type { Desk } from "../state/desk.ts";
import { screensFor } from "./screens.ts";

/** How long after `g` a letter still names a screen. */
const chordMs = 1_500;

/** ⌘K and Ctrl K always; `/`, `g` and a letter, and `p` unless somebody has switched single letters off. @returns how to stop */
export function listenToKeys({ operator, preferences, route, live }: Desk, find: () => void): () => void {
  let chordUntilMs = 0;
  const onKey = (event: KeyboardEvent) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      find();
      return;
    }
    if (!preferences.hasKeys.value || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
    const isChord = performance.now() < chordUntilMs;
    chordUntilMs = 0;
    const screen = isChord ? screensFor(operator).find(({ key }) => key === event.key) : undefined;
    if (screen !== undefined) route.go(screen.path === "" ? [] : [screen.path]);
    else if (event.key === "g") chordUntilMs = performance.now() + chordMs;
    else if (event.key === "/") find();
    else if (event.key === "p") live.toggle();
    else return;
    event.preventDefault();
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return target.closest("input, select, textarea, dialog, [contenteditable]") !== null;
}

import type { Desk } from "../state/desk.ts";
import { screensFor } from "./screens.ts";

/** How long after `g` a letter still names a screen. */
const chordMs = 1_500;

/**
 * ⌘K and Ctrl K always, and ⌘Z and Ctrl Z where nothing is typed; `/`, `g` and a letter, `p` and `u` unless somebody has switched single
 * letters off. @returns how to stop
 */
export function listenToKeys({ operator, preferences, route, live, notices }: Desk, find: () => void): () => void {
  let chordUntilMs = 0;
  const onKey = (event: KeyboardEvent) => {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      find();
      return;
    }
    if (isUndo(event)) return void (notices.undoNewest() && event.preventDefault());
    if (!preferences.hasKeys.value || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
    const isChord = performance.now() < chordUntilMs;
    chordUntilMs = 0;
    const screen = isChord ? screensFor(operator).find(({ key }) => key === event.key) : undefined;
    if (screen !== undefined) route.go(screen.path === "" ? [] : [screen.path]);
    else if (event.key === "g") chordUntilMs = performance.now() + chordMs;
    else if (event.key === "/") find();
    else if (event.key === "p") live.toggle();
    else if (event.key === "u") notices.undoNewest();
    else return;
    event.preventDefault();
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}

/** In a field it takes back what was typed. */
function isUndo({ metaKey, ctrlKey, shiftKey, key, target }: KeyboardEvent): boolean {
  return (metaKey || ctrlKey) && !shiftKey && key.toLowerCase() === "z" && !isTyping(target);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return target.closest("input, select, textarea, dialog, [contenteditable]") !== null;
}

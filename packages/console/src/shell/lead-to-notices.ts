/**
 * Notices stand last on the page, and whoever has just done something by keyboard would tab through all of it to Undo. The first Tab after
 * one was told leads to it; from its ends Tab and Shift Tab lead back to where somebody was. @returns how to stop
 */
export function leadToNotices(list: HTMLElement, main: () => HTMLElement | null): () => void {
  let isNew = false;
  let origin: Element | null = null;
  const watch = new MutationObserver((changes) => {
    isNew = list.childElementCount > 0 && (isNew || changes.some(({ addedNodes }) => addedNodes.length > 0));
  });
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Tab" || event.altKey || event.ctrlKey || event.metaKey) return;
    const buttons = [...list.querySelectorAll("button")];
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (at !== -1) {
      if (at !== (event.shiftKey ? 0 : buttons.length - 1)) return;
      event.preventDefault();
      const back = origin instanceof HTMLElement && origin.isConnected && origin !== document.body ? origin : main();
      back?.focus();
    } else if (isNew && !event.shiftKey && document.querySelector("dialog[open]") === null) {
      event.preventDefault();
      origin = document.activeElement;
      list.querySelector<HTMLElement>(".toast:last-child button")?.focus();
    }
    isNew = false;
  };
  // Whoever goes elsewhere by hand has seen it.
  const onPointer = () => void (isNew = false);
  watch.observe(list, { childList: true });
  addEventListener("keydown", onKey);
  addEventListener("pointerdown", onPointer);
  return () => {
    watch.disconnect();
    removeEventListener("keydown", onKey);
    removeEventListener("pointerdown", onPointer);
  };
}

/**
 * Whoever works without a mouse is somewhere. When what has the focus goes away (a button that has done its work, a row that is no more),
 * browsers leave them at the top of the page; here they stay in the screen. @returns how to stop
 */
export function keepFocus(main: HTMLElement): () => void {
  let last: Element | null = null;
  const remember = (event: FocusEvent) => {
    last = event.target instanceof Element ? event.target : null;
  };
  const watch = new MutationObserver(() => {
    if (last === null || last.isConnected || document.activeElement !== document.body) return;
    last = null;
    main.focus({ preventScroll: true });
  });
  addEventListener("focusin", remember);
  watch.observe(document.body, { childList: true, subtree: true });
  return () => {
    removeEventListener("focusin", remember);
    watch.disconnect();
  };
}

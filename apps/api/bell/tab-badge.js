/**
 * The count in the tab's title, `(3) Orders`, and in its icon: each if the page asks for it. Pages change their title themselves, so
 * what is taken away again is the prefix that was put there, and nothing else.
 */
export class TabBadge {
  #prefix = "";
  #count = 0;
  #observer;
  #icon;
  #plainIcon;

  /** `iconUrl` is the icon to show while there is something new; undefined leaves the icon alone. */
  show(count, { inTitle, iconUrl }) {
    this.#count = inTitle ? count : 0;
    if (inTitle && this.#observer === undefined) {
      this.#observer = new MutationObserver(() => this.#writeTitle());
      this.#observer.observe(document.head, { childList: true, characterData: true, subtree: true });
    } else if (!inTitle) {
      this.#observer?.disconnect();
      this.#observer = undefined;
    }
    this.#writeTitle();
    this.#showIcon(count, iconUrl);
  }

  clear() {
    this.show(0, { inTitle: false, iconUrl: undefined });
  }

  #writeTitle() {
    const { title } = document;
    const plain = this.#prefix !== "" && title.startsWith(this.#prefix) ? title.slice(this.#prefix.length) : title;
    this.#prefix = this.#count === 0 ? "" : `(${shortCount(this.#count)}) `;
    // Only a change is written: writing is what the observer sees.
    if (title !== this.#prefix + plain) document.title = this.#prefix + plain;
  }

  /** One of the page's own icons and not a drawn one: a strict policy allows no `data:` images. An installed app gets the number. */
  #showIcon(count, url) {
    if (url === undefined && this.#icon === undefined) return;
    this.#icon ??= document.querySelector('link[rel~="icon"]') ?? document.createElement("link");
    this.#plainIcon ??= this.#icon.getAttribute("href") ?? "";
    this.#icon.setAttribute("href", url && count > 0 ? url : this.#plainIcon);
    setAppBadge(url === undefined ? 0 : count);
    if (url === undefined) this.#icon = this.#plainIcon = undefined;
  }
}

/** Two digits have room. */
export function shortCount(count) {
  return count > 99 ? "99+" : String(count);
}

/** Not every browser has it, and some refuse it to a page that is not installed. */
function setAppBadge(count) {
  if (count > 0) void navigator.setAppBadge?.(count).catch(() => undefined);
  else void navigator.clearAppBadge?.().catch(() => undefined);
}

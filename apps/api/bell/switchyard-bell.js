import { Announcer } from "./announcer.js";
import { Deeds } from "./deeds.js";
import { element, icon } from "./element.js";
import { FeedSource } from "./feed-source.js";
import { Panel } from "./panel.js";
import { styles } from "./styles.js";
import { shortCount, TabBadge } from "./tab-badge.js";
import { textsOf } from "./texts.js";

const sources = ["user", "hub", "token-url", "sdk"];
const looks = ["lang", "badge", "title-badge", "icon-badge"];

/**
 * `<switchyard-bell user="42">` with `bell.client = centrifuge`, the page's own client of the official SDK; or with a connection of its
 * own, by `hub`, `token-url` and `sdk`. Attributes, events and theming are in docs/how-to/bell.md.
 */
export class SwitchyardBell extends HTMLElement {
  static observedAttributes = [...sources, ...looks];
  #texts = {};
  #lastLook;
  #toldCounts;
  #button;
  #badge = element("span", { className: "badge", part: "badge", hidden: true, "aria-hidden": "true" });
  #panel;
  #deeds;
  #announcer = new Announcer();
  #tab = new TabBadge();
  #source = new FeedSource({
    onFeed: () => this.#deeds.startOver(),
    onChange: (item) => this.#handleChange(item),
    onError: (error) => {
      console.error("switchyard-bell:", error);
      this.#emit("bell-error", { error });
    },
  });
  #atPage = new AbortController();
  #clock;
  /** Not `isConnected`: an element that was there before its script hears of each of its attributes before it is ready. */
  #isReady = false;

  constructor() {
    super();
    const bell = this.#forDeeds();
    this.#deeds = new Deeds(bell);
    this.#panel = new Panel({ deeds: this.#deeds, onClose: () => this.close(), onFilter: () => this.#showFilter() });
    const popup = { "aria-haspopup": "dialog", "aria-expanded": "false", "aria-controls": "panel" };
    this.#button = element(
      "button",
      { type: "button", className: "bell", part: "button", ...popup },
      icon("bell"),
      this.#badge,
    );
    this.#button.addEventListener("click", () => (this.#panel.isOpen ? this.close() : this.open()));
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    // A strict content policy allows this and no `<style>`.
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [sheet];
    root.append(this.#button, this.#panel.node, this.#announcer.node);
    root.addEventListener("keydown", (event) => this.#handleKey(event));
    root.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget !== null && !root.contains(relatedTarget)) this.close({ isQuiet: true });
    });
  }

  /** The official SDK's client, which speaks JSON; the page connects it. */
  set client(client) {
    this.#part();
    this.#source.client = client;
    this.#join();
  }
  get client() {
    return this.#source.client;
  }

  /** Texts that stand instead of the bell's own, by the names in its source, for languages it does not have. */
  set texts(texts) {
    this.#texts = texts;
    this.#lastLook = undefined;
    this.#show();
  }

  /** `{ unread, unseen, total, categories }`; undefined until they are known. */
  get counts() {
    return this.#source.feed?.copy.counts;
  }

  connectedCallback() {
    // What a page has set before this script came lies on the element and hides the accessor.
    for (const name of ["client", "texts"]) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    this.#isReady = true;
    this.#atPage = new AbortController();
    const { signal } = this.#atPage;
    document.addEventListener("visibilitychange", () => this.#panel.isOpen && this.#deeds.see(), { signal });
    document.addEventListener(
      "pointerdown",
      (event) => event.composedPath().includes(this) || this.close({ isQuiet: true }),
      { signal },
    );
    for (const name of ["resize", "scroll"]) {
      const options = { signal, capture: true, passive: true };
      addEventListener(name, () => this.#panel.isOpen && this.#panel.place(this.#button), options);
    }
    this.#join();
    this.#show();
  }

  disconnectedCallback() {
    this.close({ isQuiet: true });
    this.#isReady = false;
    this.#atPage.abort();
    // One that is moved within the page comes back at once.
    queueMicrotask(() => this.isConnected || this.#part());
  }

  attributeChangedCallback(name, before, now) {
    if (!this.#isReady || before === now) return;
    if (sources.includes(name)) this.#part();
    this.#join();
    this.#show();
  }

  open() {
    if (this.#panel.isOpen || !this.isConnected) return;
    // The page's language may be another by now.
    this.#show();
    this.#panel.open(this.#button);
    this.#button.setAttribute("aria-expanded", "true");
    this.#panel.list.showTimes();
    this.#clock = setInterval(() => this.#panel.list.showTimes(), 30_000);
    this.#deeds.see();
  }

  /** The focus goes back to the bell, unless it went elsewhere by itself. */
  close({ isQuiet = false } = {}) {
    if (!this.#panel.isOpen) return;
    this.#panel.close();
    this.#button.setAttribute("aria-expanded", "false");
    clearInterval(this.#clock);
    this.#deeds.hasFailed = false;
    if (!isQuiet) this.#button.focus();
  }

  #forDeeds() {
    const bell = this;
    return {
      get feed() {
        return bell.#source.feed;
      },
      get filter() {
        return bell.#panel.filter;
      },
      emit: (name, detail) => bell.#emit(name, detail),
      close: (options) => bell.close(options),
      show: () => bell.#show(),
    };
  }

  #join() {
    const [user, hub, tokenUrl, sdk] = sources.map((name) => this.getAttribute(name) ?? "");
    if (this.#isReady) this.#source.join({ user, hub, tokenUrl, sdk });
  }

  #part() {
    this.#source.part();
    this.#announcer.stop();
    this.#tab.clear();
  }

  #handleChange(item) {
    this.#show();
    if (this.#panel.isOpen) this.#deeds.see();
    if (this.counts !== undefined && this.counts !== this.#toldCounts) {
      this.#toldCounts = this.counts;
      this.#emit("bell-counts", this.counts);
    }
    if (item === undefined) return;
    this.#emit("bell-item", { item });
    this.#announcer.arrive(item, this.#look.texts);
  }

  /** The same object as long as it is the same, so that rows are not written again. */
  get #look() {
    const language = this.lang || this.closest("[lang]")?.lang || navigator.language;
    if (this.#lastLook?.language !== language) this.#lastLook = { language, texts: textsOf(language, this.#texts) };
    return this.#lastLook;
  }

  #show() {
    const look = this.#look;
    const { feed } = this.#source;
    const count = this.counts?.[this.getAttribute("badge") === "unread" ? "unread" : "unseen"] ?? 0;
    this.#badge.hidden = count === 0;
    this.#badge.textContent = shortCount(count);
    this.#button.setAttribute("aria-label", look.texts.badge(count));
    this.#button.toggleAttribute("data-offline", feed !== undefined && !feed.isConnected);
    if (feed !== undefined) {
      const iconUrl = this.getAttribute("icon-badge") ?? undefined;
      this.#tab.show(count, { inTitle: this.hasAttribute("title-badge"), iconUrl });
    }
    this.#panel.show({ feed, hasFailed: this.#deeds.hasFailed, look });
  }

  /** Unread ones lie anywhere below the first page, so they are a list of their own. */
  #showFilter() {
    this.#show();
    const { filter } = this.#panel;
    const copy = this.#source.feed?.copy;
    if (filter === "unread" && copy?.list(filter).length < copy?.counts?.unread) void this.#deeds.more();
  }

  #emit(name, detail) {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true }));
  }

  #handleKey(event) {
    if (event.key === "Escape" && this.#panel.isOpen) this.close();
    else if (event.key === "ArrowDown" && event.target === this.#button) this.open();
    else if (event.key === "ArrowDown" && this.#panel.focusList(event.target)) void 0;
    else return;
    event.preventDefault();
    // A dialog of the page around it stays open.
    event.stopPropagation();
  }
}

if (customElements.get("switchyard-bell") === undefined) customElements.define("switchyard-bell", SwitchyardBell);

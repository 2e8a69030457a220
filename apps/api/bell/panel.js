import { element, icon } from "./element.js";
import { ItemList } from "./item-list.js";

const gap = 8;

/** What opens below the bell: heading, filter, list, and what there is to say. It lies above the page and moves nothing in it. */
export class Panel {
  node;
  filter = "all";
  list;
  #parts;

  /** `onFilter` after another one was chosen. */
  constructor({ deeds, onClose, onFilter }) {
    this.list = new ItemList(deeds);
    const button = (className, click) => {
      const made = element("button", { type: "button", className });
      made.addEventListener("click", click);
      return made;
    };
    const choose = (filter) => {
      this.filter = filter;
      onFilter();
    };
    const parts = {
      heading: element("h2", { id: "heading", tabIndex: -1 }),
      markAll: button("link", () => deeds.markAll()),
      close: button("tool", onClose),
      all: button("filter", () => choose("all")),
      unread: button("filter", () => choose("unread")),
      empty: element("p", { className: "empty" }),
      more: button("link more", () => deeds.more()),
      notice: element("p", { className: "notice", role: "status" }),
    };
    this.#parts = parts;
    parts.close.append(icon("close"));
    this.list.node.addEventListener("emptied", () => parts.heading.focus());
    this.node = element(
      "div",
      {
        className: "panel",
        part: "panel",
        role: "dialog",
        id: "panel",
        "aria-labelledby": "heading",
        popover: "manual",
      },
      element("header", {}, parts.heading, parts.close),
      element(
        "div",
        { className: "bar" },
        element("div", { role: "group", className: "filters" }, parts.all, parts.unread),
        parts.markAll,
      ),
      element("div", { className: "scroll" }, this.list.node, parts.empty, parts.more),
      parts.notice,
    );
  }

  show({ feed, hasFailed, look }) {
    const { texts } = look;
    const { heading, markAll, close, all, unread, empty, more, notice } = this.#parts;
    heading.textContent = texts.title;
    markAll.textContent = texts.markAll;
    close.setAttribute("aria-label", texts.close);
    const count = feed?.copy.counts?.unread ?? 0;
    all.textContent = texts.all;
    unread.replaceChildren(
      texts.unread,
      count > 0 ? element("span", { className: "count", "aria-hidden": "true" }, String(count)) : "",
    );
    unread.setAttribute("aria-label", count > 0 ? texts.unreadCount(count) : texts.unread);
    for (const [name, button] of Object.entries({ all, unread })) {
      button.setAttribute("aria-pressed", String(name === this.filter));
    }
    // Not `disabled`, which would take the focus from who has just pressed it.
    markAll.setAttribute("aria-disabled", String(count === 0));
    this.list.show(feed?.copy.list(this.filter) ?? [], look);
    const cursor = feed?.copy.cursor(this.filter);
    const isKnown = feed?.copy.hasBegun === true && cursor !== undefined;
    empty.hidden = !this.list.isEmpty;
    empty.textContent = !isKnown ? texts.loading : this.filter === "unread" ? texts.emptyUnread : texts.empty;
    more.hidden = !isKnown || cursor === null;
    more.textContent = texts.older;
    const said = noticeOf(feed, { hasFailed, texts });
    // Written again it would be read out again.
    if (notice.textContent !== said) notice.textContent = said;
  }

  /** With the focus on the newest item. */
  open(anchor) {
    this.node.showPopover();
    this.place(anchor);
    if (!this.list.focusFirst()) this.#parts.heading.focus();
  }

  /** From what stands above the list into it. False from elsewhere. */
  focusList(from) {
    return this.isOpen && !this.list.node.contains(from) && this.list.focus();
  }

  close() {
    this.node.hidePopover();
  }

  get isOpen() {
    return this.node.matches(":popover-open");
  }

  /** Below the bell and inside the window; above it where there is more room. */
  place(anchor) {
    const { clientWidth, clientHeight } = document.documentElement;
    const { top, bottom, right } = anchor.getBoundingClientRect();
    const { style } = this.node;
    const width = this.node.offsetWidth;
    const below = clientHeight - bottom - 2 * gap;
    const isAbove = below < 280 && top - 2 * gap > below;
    style.left = `${Math.max(gap, Math.min(right - width, clientWidth - width - gap))}px`;
    style.top = isAbove ? "auto" : `${bottom + gap}px`;
    style.bottom = isAbove ? `${clientHeight - top + gap}px` : "auto";
    style.maxHeight = `${Math.max(160, Math.min(560, isAbove ? top - 2 * gap : below))}px`;
  }
}

function noticeOf(feed, { hasFailed, texts }) {
  if (feed?.refusal !== undefined) return `${texts.refused} (${feed.refusal.code} ${feed.refusal.reason})`;
  if (feed?.copy.hasBegun === true && !feed.isConnected) return texts.offline;
  return hasFailed ? texts.failed : "";
}

import { element, icon, isPlace } from "./element.js";
import { timeAgo } from "./texts.js";

/**
 * One item in the list. `deeds` are what can be done about it.
 * Only the row that is current lets the Tab key in, so that a list of a hundred items is one stop and not five hundred.
 */
export class ItemRow {
  node = element("li", { className: "item", part: "item" });
  item;
  #deeds;
  #look;
  #isCurrent = false;
  #time;

  constructor(deeds) {
    this.#deeds = deeds;
  }

  /** Writes it again where something has changed; what had the focus keeps it. */
  show(item, look) {
    if (this.item === item && this.#look === look) return;
    const { texts } = look;
    const focused = this.node.getRootNode().activeElement;
    const held = this.node.contains(focused) ? focused.dataset.control : undefined;
    this.item = item;
    this.#look = look;
    this.node.toggleAttribute("data-unread", item.readAtMs === null);
    this.node.replaceChildren(this.#body(texts), ...this.#choices(texts), this.#tools(texts), this.#later(texts));
    this.makeCurrent(this.#isCurrent);
    if (held !== undefined) (this.node.querySelector(`[data-control="${CSS.escape(held)}"]`) ?? this.main).focus();
  }

  get main() {
    return this.node.querySelector('[data-control="main"]');
  }

  /** Those that can be reached now, in their order. */
  get controls() {
    return [...this.node.querySelectorAll("[data-control]")].filter((control) => control.closest("[hidden]") === null);
  }

  makeCurrent(isCurrent) {
    this.#isCurrent = isCurrent;
    for (const control of this.node.querySelectorAll("[data-control]")) control.tabIndex = isCurrent ? 0 : -1;
  }

  showTime() {
    this.#time.textContent = timeAgo(this.item.createdAtMs, this.#look.language);
  }

  #body(texts) {
    const { item } = this;
    const isLink = isPlace(item.url);
    this.#time = element("time", {
      dateTime: new Date(item.createdAtMs).toISOString(),
      title: new Date(item.createdAtMs).toLocaleString(this.#look.language),
    });
    this.showTime();
    const meta = element("span", { className: "meta" }, this.#time);
    if (item.category !== undefined) meta.append(element("span", {}, item.category));
    if (item.times > 1) meta.append(element("span", {}, texts.times(item.times)));
    const main = element(
      isLink ? "a" : "button",
      { className: "main", "data-control": "main", ...(isLink ? { href: item.url } : { type: "button" }) },
      item.readAtMs === null ? element("span", { className: "aside" }, `${texts.unread}: `) : undefined,
      element("span", { className: "name" }, item.title),
      item.body ? element("span", { className: "body" }, item.body) : undefined,
      meta,
    );
    main.addEventListener("click", (event) => {
      // Without a place to go, all of its text is what there is to open.
      if (!isLink) this.node.toggleAttribute("data-open");
      void this.#deeds.open(item, event);
    });
    return main;
  }

  /** The item's own buttons, or which of them was pressed. */
  #choices(texts) {
    const { actions = [], action, id } = this.item;
    if (actions.length === 0) return [];
    const chosen = actions.find((offered) => offered.id === action);
    if (action !== null) return [element("p", { className: "chosen" }, texts.done(chosen?.label ?? action))];
    const buttons = actions.map((offered) => {
      const button = control("button choice", `act ${offered.id}`, offered.label);
      button.addEventListener("click", () => this.#deeds.act(this.item, offered));
      return button;
    });
    return [element("div", { className: "choices", "data-id": id }, ...buttons)];
  }

  #tools(texts) {
    const isUnread = this.item.readAtMs === null;
    const mark = tool(isUnread ? "read" : "unread", "mark", isUnread ? texts.markRead : texts.markUnread);
    mark.addEventListener("click", () => this.#deeds.mark(this.item, isUnread ? "read" : "unread"));
    const snooze = tool("later", "snooze", texts.snooze);
    snooze.setAttribute("aria-expanded", "false");
    snooze.addEventListener("click", () => this.#toggleLater(snooze));
    const archive = tool("archive", "archive", texts.archive);
    archive.addEventListener("click", () => this.#deeds.mark(this.item, "archive"));
    return element("div", { className: "tools" }, mark, snooze, archive);
  }

  #later(texts) {
    const choices = Object.entries(laterTimes()).map(([name, time]) => {
      const button = control("button", `snooze ${name}`, texts[name]);
      button.addEventListener("click", () => this.#deeds.snooze(this.item, time));
      return button;
    });
    return element("div", { className: "later", hidden: true, role: "group", "aria-label": texts.snooze }, ...choices);
  }

  #toggleLater(snooze) {
    const later = this.node.querySelector(".later");
    later.hidden = !later.hidden;
    snooze.setAttribute("aria-expanded", String(!later.hidden));
    if (!later.hidden) later.firstElementChild.focus();
  }
}

/** By the names of their texts: in the reader's own time zone, at the beginning of a working day. */
function laterTimes() {
  const at = (days) => {
    const time = new Date();
    time.setDate(time.getDate() + days);
    time.setHours(9, 0, 0, 0);
    return time;
  };
  const untilMonday = (8 - new Date().getDay()) % 7 || 7;
  return { inAnHour: new Date(Date.now() + 3_600_000), tomorrow: at(1), nextWeek: at(untilMonday) };
}

function control(className, name, text) {
  return element("button", { type: "button", className, "data-control": name }, text);
}

function tool(shape, name, label) {
  const button = element(
    "button",
    { type: "button", className: "tool", "data-control": name, title: label },
    icon(shape),
  );
  button.setAttribute("aria-label", label);
  return button;
}

import { element } from "./element.js";
import { ItemRow } from "./item-row.js";

/**
 * The rows and the keys that walk through them: up and down from item to item, left and right among what can be done about one,
 * Home and End, Delete to archive. A row that goes hands the focus to its neighbour.
 */
export class ItemList {
  node = element("ol", { role: "list", part: "list" });
  #rows = new Map();
  #deeds;
  #current;

  constructor(deeds) {
    this.#deeds = deeds;
    this.node.addEventListener("keydown", (event) => this.#handleKey(event));
    this.node.addEventListener("focusin", ({ target }) => this.#makeCurrent(this.#rowOf(target)));
  }

  get isEmpty() {
    return this.#rows.size === 0;
  }

  show(items, look) {
    const focused = this.node.getRootNode().activeElement;
    const before = [...this.#rows.keys()];
    const place = before.findIndex((id) => this.#rows.get(id).node.contains(focused));
    const rows = new Map(items.map((item) => [item.id, this.#rows.get(item.id) ?? new ItemRow(this.#deeds)]));
    for (const [id, row] of this.#rows) if (!rows.has(id)) row.node.remove();
    this.#rows = rows;
    let previous;
    for (const item of items) {
      const row = rows.get(item.id);
      row.show(item, look);
      // Only what stands elsewhere is moved, for a move takes the focus away.
      const wanted = previous === undefined ? this.node.firstChild : previous.nextSibling;
      if (row.node !== wanted) this.node.insertBefore(row.node, wanted);
      previous = row.node;
    }
    if (!rows.has(this.#current?.item.id)) {
      this.#current = undefined;
      this.#makeCurrent(rows.values().next().value);
    }
    if (place >= 0 && !this.node.contains(this.node.getRootNode().activeElement)) this.#focusNear(before, place);
  }

  showTimes() {
    for (const row of this.#rows.values()) row.showTime();
  }

  /** False when there is nothing to focus. */
  focus() {
    this.#current?.main.focus();
    return this.#current !== undefined;
  }

  focusFirst() {
    this.#makeCurrent(this.#rows.values().next().value);
    return this.focus();
  }

  /** The row that had it, or else the one after it, or before it. */
  #focusNear(before, place) {
    const id = [...before.slice(place), ...before.slice(0, place).reverse()].find((each) => this.#rows.has(each));
    this.#makeCurrent(this.#rows.get(id));
    if (!this.focus()) this.node.dispatchEvent(new Event("emptied"));
  }

  #rowOf(node) {
    return [...this.#rows.values()].find((row) => row.node.contains(node));
  }

  #makeCurrent(row) {
    if (row === undefined || row === this.#current) return;
    this.#current?.makeCurrent(false);
    row.makeCurrent(true);
    this.#current = row;
  }

  #handleKey(event) {
    const row = this.#rowOf(event.target);
    if (row === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const rows = [...this.#rows.values()];
    const { controls } = row;
    const [at, among] = [rows.indexOf(row), controls.indexOf(event.target)];
    const target = {
      ArrowDown: rows[at + 1]?.main,
      ArrowUp: rows[at - 1]?.main,
      Home: rows[0].main,
      End: rows.at(-1).main,
      ArrowRight: controls[among + 1],
      ArrowLeft: controls[among - 1],
    }[event.key];
    if (target !== undefined) target.focus();
    else if (event.key === "Delete") void this.#deeds.mark(row.item, "archive");
    else return;
    // The page would scroll.
    event.preventDefault();
  }
}

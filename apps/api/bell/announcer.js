import { element } from "./element.js";

const pauseMs = 1_000;
const clearMs = 5_000;

/** Tells screen readers what has come, at most once a second: the title of one, or how many they are. */
export class Announcer {
  node = element("span", { className: "aside", role: "status" });
  #titles = [];
  #timer;

  arrive({ title }, texts) {
    this.#titles.push(title);
    if (this.#titles.length > 1) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.node.textContent = texts.arrived(this.#titles.length, this.#titles[0]);
      this.#titles = [];
      // The same words once more would not be read out, and stale ones must not be found later.
      this.#timer = setTimeout(() => (this.node.textContent = ""), clearMs);
    }, pauseMs);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#titles = [];
  }
}

import { describeLine } from "./connection-pill.js";
import { byId, element } from "./element.js";
import { openHub } from "./hub.js";

/**
 * One person of a story: a connection of their own, a bell, and a switch to go away and come back. `onAct(item, action)` when
 * they press a button of an item.
 */
export function openDesk({ user, name, role, zh, isAway = false, onAct, onChange }) {
  const hub = openHub(user);
  const bell = document.createElement("switchyard-bell");
  // Before the bell's own script has come, too: it takes what it finds.
  bell.client = hub.client;
  bell.setAttribute("user", user);

  const lamp = element("span", { className: "lamp" });
  const state = element("span", {}, "");
  const line = element("span", { "data-phase": "away" }, lamp, state);
  const button = element("button", { type: "button", className: "button quiet" }, "Go away");
  const heard = element("p", { className: "heard", "aria-live": "off" }, "Nothing heard yet.");
  byId("desks").append(
    element(
      "section",
      { className: "card desk", id: `desk-${user}`, "aria-label": `${name}, ${role}` },
      element("header", {}, element("h3", {}, name, " ", element("i", { lang: "zh-CN" }, zh)), bell),
      element("div", { className: "body" }, heard, element("p", { className: "line" }, line, button)),
    ),
  );

  hub.watch((now) => {
    const { phase, word } = describeLine(now);
    const isHere = hub.client.state !== "disconnected";
    line.dataset.phase = isHere ? phase : "away";
    state.textContent = isHere ? `${role} · ${word.toLowerCase()}` : `${role} · away`;
    button.textContent = isHere ? "Go away" : "Come back";
  });
  button.addEventListener("click", () => {
    if (hub.client.state === "disconnected") hub.client.connect();
    else hub.client.disconnect();
  });
  bell.addEventListener("bell-item", ({ detail: { item } }) => (heard.textContent = item.title));
  bell.addEventListener("bell-act", ({ detail: { item, action } }) => void onAct(item, action));
  bell.addEventListener("bell-counts", () => onChange?.());
  if (!isAway) hub.client.connect();
  return hub;
}

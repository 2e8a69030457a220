import { byId } from "./element.js";
import { readyStates } from "./hub.js";

/** Keeps the lamp in the page's header true: what the connection is doing, in words and in Chinese. */
export function showConnection(hub) {
  const pill = byId("connection");
  const [word, zh] = pill.querySelectorAll("b, i");
  hub.watch((line) => {
    const state = describeLine(line);
    pill.dataset.phase = state.phase;
    pill.title = line.problem ?? line.reason ?? "";
    word.textContent = state.word;
    zh.textContent = state.zh;
  });
}

/** The ready state's words, or those for coming back after a loss, which the number alone does not tell. */
export function describeLine(line) {
  if (line.readyState === 0 && line.again) return { phase: "connecting", word: "Reconnecting", zh: "正在重连" };
  return readyStates[line.readyState];
}

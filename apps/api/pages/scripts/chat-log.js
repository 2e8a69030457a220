import { shortTime } from "./clock.js";
import { byId, element } from "./element.js";

/** What was said, in its order, for `user`. It stays at its end for who reads there, and says that there is more to who does not. */
export function openLog(user) {
  const scroll = byId("scroll");
  const isAtEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  const goToEnd = () => {
    scroll.scrollTop = scroll.scrollHeight;
    byId("newer").hidden = true;
  };
  let lastAuthor;
  scroll.addEventListener("scroll", () => isAtEnd() && (byId("newer").hidden = true), { passive: true });
  byId("newer").addEventListener("click", goToEnd);

  const add = (item, mine) => {
    const stick = isAtEnd();
    byId("messages").append(item);
    if (stick || mine) goToEnd();
    else byId("newer").hidden = false;
  };

  return {
    /** `to`: whom it was said to alone, by name; undefined: everybody. */
    message({ from, nick, text, sentAtMs, to }) {
      const mine = from === user;
      const author = `${from} ${nick} ${to}`;
      const first = author !== lastAuthor;
      lastAuthor = author;
      const kinds = [mine && "mine", first && "first", to !== undefined && "private"].filter(Boolean);
      const name = mine ? "You" : nick;
      const line = first ? byline(to === undefined ? name : `${name} → ${to}`, sentAtMs, to !== undefined) : undefined;
      add(element("li", { className: kinds.join(" ") }, line, element("p", { className: "said" }, text)), mine);
    },
    notice(text) {
      lastAuthor = undefined;
      byId("messages").append(element("li", { className: "notice" }, text));
    },
  };
}

function byline(name, sentAtMs, isPrivate) {
  const time = sentAtMs === undefined ? "" : ` ${shortTime(sentAtMs)}`;
  const mark = isPrivate ? element("span", { className: "zh", lang: "zh-CN" }, " 私信") : undefined;
  return element("p", { className: "who" }, element("b", {}, name), time, mark);
}

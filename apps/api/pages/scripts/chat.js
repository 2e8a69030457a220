import { joinRoom } from "./chat-room.js";
import { shortTime } from "./clock.js";
import { describeLine, showConnection } from "./connection-pill.js";
import { fetchCurlConfig } from "./demo-api.js";
import { byId, element } from "./element.js";
import { openHub } from "./hub.js";
import { curlLine, showSnippet } from "./snippet.js";
import { drawTouristId, whoAmI } from "./tourist.js";
import { countUnread } from "./unread-title.js";

/** One frame carries 64 KiB; this leaves room for the nickname and the envelope. */
const longestBytes = 60_000;

const address = new URL(location.href);
const room = address.searchParams.get("room")?.trim() || "lobby";
const me = whoAmI();
const hub = openHub(me.user);
const unread = countUnread();
// Here and not beside its users: messages come while this module still awaits something below.
let lastAuthor;

byId("room-name").textContent = room;
byId("room").value = room;
byId("nickname").value = me.nickname;
document.title = `#${room} · Switchyard`;

showConnection(hub);
const channel = joinRoom(hub.client, `chat:${room}`, {
  onMessage: showMessage,
  onReady(note) {
    byId("room-note").textContent = note;
    byId("scroll").dataset.joined = "";
  },
  onGap: () => showNotice("Some messages were missed here and are no longer kept."),
});
hub.watch((line) => {
  if (line.readyState !== 1) byId("room-note").textContent = `${describeLine(line).word} …`;
});
hub.client.connect();

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  void send();
});
byId("text").addEventListener("keydown", (event) => {
  // Enter that ends the choosing of a Chinese word is not a wish to send.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  void send();
});
byId("naming").addEventListener("submit", (event) => {
  event.preventDefault();
  me.rename(byId("nickname").value.trim() || me.nickname);
  byId("nickname").value = me.nickname;
  say(`You are ${me.nickname} from now on.`);
});
byId("door").addEventListener("submit", (event) => {
  event.preventDefault();
  address.searchParams.set("room", byId("room").value.trim());
  location.assign(address);
});
byId("someone").addEventListener("click", (event) => {
  const other = new URL(address);
  other.searchParams.set("as", drawTouristId());
  event.currentTarget.href = other.href;
});

const scroll = byId("scroll");
const isAtEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
scroll.addEventListener("scroll", () => isAtEnd() && (byId("newer").hidden = true), { passive: true });
byId("newer").addEventListener("click", goToEnd);

const { apiUrl, apiKey } = await fetchCurlConfig();
const body = { channel: `chat:${room}`, data: { nick: "curl", text: "hello, everybody" } };
showSnippet("chat-curl", curlLine({ url: `${apiUrl}/api/publish`, apiKey, body }));

async function send() {
  const text = byId("text").value.trim();
  if (text === "") return;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > longestBytes) return say(`${bytes} bytes are too many; a message carries up to ${longestBytes}.`, "bad");
  byId("text").value = "";
  try {
    await channel.publish({ nick: me.nickname, text, sentAtMs: Date.now() });
    say("");
  } catch (error) {
    // Not sent is not lost: it goes back to where it was written, unless something new is there already.
    byId("text").value ||= text;
    say(`Not sent: ${error.message ?? error}.`, "bad");
  }
}

function showMessage({ data, info }, { replayed }) {
  const stick = isAtEnd();
  const mine = info?.user === me.user;
  const nick = typeof data?.nick === "string" && data.nick !== "" ? data.nick : (info?.user ?? "API");
  const author = `${info?.user ?? ""} ${nick}`;
  const sentAtMs = Number.isFinite(data?.sentAtMs) ? data.sentAtMs : replayed ? undefined : Date.now();
  const first = author !== lastAuthor;
  lastAuthor = author;
  byId("messages").append(
    element(
      "li",
      { className: `${mine ? "mine" : ""}${first ? " first" : ""}` },
      first ? byline(mine ? "You" : nick, sentAtMs) : undefined,
      element("p", { className: "said" }, typeof data?.text === "string" ? data.text : JSON.stringify(data)),
    ),
  );
  if (stick || mine) goToEnd();
  else byId("newer").hidden = false;
  if (!replayed && !mine) unread();
}

function byline(name, sentAtMs) {
  const time = sentAtMs === undefined ? "" : ` ${shortTime(sentAtMs)}`;
  return element("p", { className: "who" }, element("b", {}, name), time);
}

function showNotice(text) {
  lastAuthor = undefined;
  byId("messages").append(element("li", { className: "notice" }, text));
}

function goToEnd() {
  scroll.scrollTop = scroll.scrollHeight;
  byId("newer").hidden = true;
}

function say(text, kind = "") {
  byId("outcome").textContent = text;
  byId("outcome").dataset.kind = kind;
}

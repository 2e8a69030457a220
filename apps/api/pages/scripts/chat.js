import { openLog } from "./chat-log.js";
import { countPeople } from "./chat-people.js";
import { joinRoom } from "./chat-room.js";
import { watchTyping } from "./chat-typing.js";
import { describeLine, showConnection } from "./connection-pill.js";
import { fetchCurlConfig, pushToUser } from "./demo-api.js";
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
const hub = openHub(me.user, () => me.nickname);
const unread = countUnread();
const log = openLog(me.user);
const people = countPeople(showPeople);
const typing = watchTyping({
  tell: () => channel.tell("client-typing", { nick: me.nickname }),
  show: showTyping,
});
/** Whom the next message is for alone. */
let whom;

byId("room-name").textContent = room;
byId("room").value = room;
byId("nickname").value = me.nickname;
document.title = `#${room} · Switchyard`;

showConnection(hub);
const channel = joinRoom(hub.client, `chat:${room}`, {
  people,
  onMessage: showMessage,
  onEvent(name, data, info) {
    if (name !== "client-typing" || info?.user === me.user) return;
    people.named(info?.user, data?.nick);
    typing.heard(info?.user, people.nameOf(info?.user));
  },
  onReady(note) {
    byId("room-note").textContent = note;
    byId("scroll").dataset.joined = "";
  },
  onGap: () => log.notice("Some messages were missed here and are no longer kept."),
});
// Everything addressed to a user comes to all of their tabs; private messages are among it.
hub.client.on("publication", ({ channel: name, data }) => {
  if (name === `user:${me.user}` && data?.kind === "private") showPrivate(data);
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
byId("text").addEventListener("input", () => whom === undefined && byId("text").value !== "" && typing.key());
byId("to-all").addEventListener("click", () => writeTo(undefined));
byId("naming").addEventListener("submit", (event) => {
  event.preventDefault();
  me.rename(byId("nickname").value.trim() || me.nickname);
  byId("nickname").value = me.nickname;
  people.named(me.user, me.nickname);
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

const { apiUrl, apiKey } = await fetchCurlConfig();
const body = { channel: `chat:${room}`, data: { nick: "curl", text: "hello, everybody" } };
showSnippet("chat-curl", curlLine({ url: `${apiUrl}/api/publish`, apiKey, body }));

async function send() {
  const text = byId("text").value.trim();
  if (text === "") return;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > longestBytes) return say(`${bytes} bytes are too many; a message carries up to ${longestBytes}.`, "bad");
  byId("text").value = "";
  typing.sent();
  try {
    const message = { nick: me.nickname, text, sentAtMs: Date.now() };
    await (whom === undefined ? channel.publish(message) : sendPrivately(whom, message));
    say("");
  } catch (error) {
    // Not sent is not lost: it goes back to where it was written, unless something new is there already.
    byId("text").value ||= text;
    say(`Not sent: ${error.message ?? error}.`, "bad");
  }
}

/** By way of the back end, which knows who may write to whom: clients publish to no user. The sender's other tabs get it too. */
async function sendPrivately(user, message) {
  const data = { kind: "private", from: me.user, to: user, toNick: people.nameOf(user), ...message };
  await pushToUser(user, data);
  if (user !== me.user) await pushToUser(me.user, data);
}

function showMessage({ data, info }, { replayed }) {
  const nick = typeof data?.nick === "string" && data.nick !== "" ? data.nick : (info?.user ?? "API");
  const sentAtMs = Number.isFinite(data?.sentAtMs) ? data.sentAtMs : replayed ? undefined : Date.now();
  const text = typeof data?.text === "string" ? data.text : JSON.stringify(data);
  if (!replayed) people.named(info?.user, nick);
  typing.stopped(info?.user);
  log.message({ from: info?.user ?? "", nick, text, sentAtMs });
  if (!replayed && info?.user !== me.user) unread();
}

function showPrivate({ from, to, toNick, nick, text, sentAtMs }) {
  const mine = from === me.user;
  log.message({ from, nick: String(nick), text: String(text), sentAtMs, to: mine ? String(toNick ?? to) : "you" });
  if (!mine) unread();
}

function showPeople() {
  const { users, tabs, isKnown } = people;
  byId("people").replaceChildren(...users.map(personItem));
  if (!isKnown) return byId("here").replaceChildren("not known: this hub does not tell who is here");
  const [persons, pages] = [users.length, tabs].map(Number);
  byId("here").replaceChildren(
    `${persons} ${persons === 1 ? "person" : "people"}, ${pages} ${pages === 1 ? "tab" : "tabs"} online `,
    element("span", { className: "zh", lang: "zh-CN" }, `${persons} 人在线, ${pages} 个页面`),
  );
}

function personItem({ user, count }) {
  const name = people.nameOf(user);
  const tabs = count > 1 ? element("span", { className: "tabs" }, `${count} tabs`) : undefined;
  if (user === me.user) return element("li", {}, element("span", {}, `${name} (you)`), tabs);
  const write = element("button", { type: "button", className: "person", title: `Write to ${name} alone` }, name);
  write.addEventListener("click", () => writeTo(user));
  return element("li", {}, write, tabs);
}

function writeTo(user) {
  whom = user;
  byId("whom").hidden = user === undefined;
  byId("whom-name").textContent = user === undefined ? "" : people.nameOf(user);
  byId("text").focus();
}

function showTyping(names) {
  const last = names.at(-1);
  const zh = element("span", { className: "zh", lang: "zh-CN" }, "正在输入");
  const verb = names.length === 1 ? `${last} is typing … ` : `${names.length} people are typing … `;
  byId("typing").replaceChildren(...(last === undefined ? [] : [verb, zh]));
}

function say(text, kind = "") {
  byId("outcome").textContent = text;
  byId("outcome").dataset.kind = kind;
}

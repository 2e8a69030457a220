import { duration, exactTime, latency } from "./clock.js";
import { showConnection } from "./connection-pill.js";
import { fetchCurlConfig, pushToUser } from "./demo-api.js";
import { byId, element } from "./element.js";
import { openHub } from "./hub.js";
import { curlLine, showSnippet } from "./snippet.js";
import { countUnread } from "./unread-title.js";

const keptMessages = 200;
const address = new URL(location.href);
const user = address.searchParams.get("user")?.trim() || "alice";
address.searchParams.set("user", user);
history.replaceState(null, "", address);

byId("user").value = user;
if (navigator.language.startsWith("zh")) byId("text").value = "你好，您有一条新订单 #1024";
byId("to").value = user;
byId("fact-user").textContent = user;
byId("another").href = address.href;

const hub = openHub(user);
const unread = countUnread();
let received = 0;

showConnection(hub);
hub.watch(showLine);
hub.client.on("publication", ({ channel, data, offset }) => {
  if (channel === `user:${user}`) showMessage(data, offset);
});
hub.client.connect();

byId("switch").addEventListener("click", () => {
  if (hub.client.state === "disconnected") hub.client.connect();
  else hub.client.disconnect();
});
byId("identity").addEventListener("submit", (event) => {
  event.preventDefault();
  address.searchParams.set("user", byId("user").value.trim() || "alice");
  location.assign(address);
});
byId("clear").addEventListener("click", () => {
  byId("inbox").replaceChildren();
  received = 0;
  byId("count").textContent = "0";
});
byId("push").addEventListener("submit", async (event) => {
  event.preventDefault();
  const startedAt = performance.now();
  try {
    await pushToUser(byId("to").value.trim(), { text: byId("text").value, sentAtMs: Date.now() });
    say(`Accepted in ${duration(performance.now() - startedAt)}`);
  } catch (error) {
    say(error.message, "bad");
  }
});
byId("text").addEventListener("keydown", (event) => {
  // Enter that ends the choosing of a Chinese word is not a wish to send.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId("push").requestSubmit();
});

const config = await fetchCurlConfig();
for (const id of ["to", "text"]) byId(id).addEventListener("input", showRecipes);
showRecipes();

function showLine(line) {
  for (const [number, item] of [...byId("states").children].entries()) {
    if (number === line.readyState) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
  const connected = line.readyState === 1;
  for (const name of ["client", "node"]) {
    const fact = byId(`fact-${name}`);
    fact.textContent = (connected && line[name]) || "–";
    fact.title = fact.textContent;
  }
  byId("fact-extra-name").textContent = connected ? "Connected in" : "Reason";
  byId("fact-extra").textContent = connected ? duration(line.connectMs) : reasonOf(line);
  byId("switch").textContent = line.readyState === 3 ? "Connect" : "Disconnect";
}

function reasonOf({ problem, code, reason }) {
  if (problem !== undefined) return problem;
  return reason === undefined ? "–" : `${code} ${reason}`;
}

function showMessage(data, offset) {
  const took = latency(data?.sentAtMs);
  const text = typeof data?.text === "string" ? data.text : JSON.stringify(data, null, 2);
  const inbox = byId("inbox");
  inbox.prepend(
    element(
      "li",
      {},
      element("p", { className: "text" }, text),
      element(
        "p",
        { className: "meta" },
        element("time", {}, exactTime(Date.now())),
        took === undefined ? element("span", {}, "from the API") : element("b", {}, duration(took)),
        offset === undefined ? undefined : element("span", {}, `offset ${offset}`),
      ),
    ),
  );
  if (inbox.children.length > keptMessages) inbox.lastElementChild.remove();
  received += 1;
  byId("count").textContent = String(received);
  unread();
}

function showRecipes() {
  const channel = `user:${byId("to").value.trim()}`;
  const text = byId("text").value;
  const url = `${config.apiUrl}/api/publish`;
  showSnippet("push-curl", curlLine({ url, apiKey: config.apiKey, body: { channel, data: { text } } }));
  showSnippet("push-php", phpLines({ url, apiKey: config.apiKey, channel, text }));
}

function phpLines({ url, apiKey, channel, text }) {
  return `<?php
$curl = curl_init(${phpQuote(url)});
curl_setopt_array($curl, [
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_HTTPHEADER => ['Content-Type: application/json', ${phpQuote(`X-API-Key: ${apiKey}`)}],
    CURLOPT_POSTFIELDS => json_encode([
        'channel' => ${phpQuote(channel)},
        'data' => ['text' => ${phpQuote(text)}],
    ]),
]);
echo curl_exec($curl);`;
}

function phpQuote(text) {
  return `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}

function say(text, kind = "") {
  byId("outcome").textContent = text;
  byId("outcome").dataset.kind = kind;
}

import { duration, exactTime, latency } from "./clock.js";
import { describeLine, showConnection } from "./connection-pill.js";
import { fetchCurlConfig, pushToUser } from "./demo-api.js";
import { byId, element } from "./element.js";
import { openHub } from "./hub.js";
import { curlLine, showSnippet } from "./snippet.js";
import { whoAmI } from "./tourist.js";

const { user } = whoAmI();
const hub = openHub(user);

showConnection(hub);
hub.watch((line) => {
  byId("dispatch").disabled = line.readyState !== 1;
  byId("live-state").textContent = describeLine(line).word;
  byId("live-node").textContent = line.node?.slice(0, 8) ?? "–";
  byId("live-node").title = line.node ?? "";
  byId("live-transport").textContent = line.transport;
});

hub.client.on("publication", ({ channel, data }) => {
  if (channel !== `user:${user}`) return;
  const took = latency(data?.sentAtMs);
  byId("arrival").replaceChildren(
    element("strong", {}, typeof data?.text === "string" ? data.text : JSON.stringify(data)),
    ` arrived at ${exactTime(Date.now())}`,
    took === undefined ? "" : `, ${duration(took)} after it was sent`,
  );
  runTrain();
});

byId("dispatch").addEventListener("click", async () => {
  try {
    await pushToUser(user, { text: "你好, hello", sentAtMs: Date.now() });
  } catch (error) {
    byId("arrival").textContent = error.message;
  }
});

hub.client.on("connected", measureRoundTrip);
setInterval(() => document.hidden || measureRoundTrip(), 5000);
hub.client.connect();

const { apiUrl, apiKey } = await fetchCurlConfig();
const body = { channel: `user:${user}`, data: { text: "hello" } };
showSnippet("publish-curl", curlLine({ url: `${apiUrl}/api/publish`, apiKey, body }));

/** Any answer will do, the refusal of an unknown method included: what is measured is the way there and back. */
async function measureRoundTrip() {
  if (hub.client.state !== "connected") return;
  const startedAt = performance.now();
  await hub.client.rpc("demo.ping", {}).catch(() => undefined);
  if (hub.client.state === "connected") {
    byId("live-ping").textContent = `${(performance.now() - startedAt).toFixed(1)} ms`;
  }
}

function runTrain() {
  const { classList } = byId("yard");
  classList.remove("running");
  void byId("yard").offsetWidth; // A reflow between the two is what makes the animation begin again.
  classList.add("running");
}

import { duration, exactTime } from "./clock.js";
import { showConnection } from "./connection-pill.js";
import { enqueueTask, fetchCurlConfig } from "./demo-api.js";
import { byId, element, sentence } from "./element.js";
import { openHub } from "./hub.js";
import { copy, curlLine, showSnippet } from "./snippet.js";
import { readForm, offerExamples } from "./task-form.js";
import { whoAmI } from "./tourist.js";

const settled = new Set(["succeeded", "failed", "cancelled"]);
const hub = openHub(whoAmI().user);
let config;
let watched;
let newest;
let changedAt;

showConnection(hub);
hub.client.connect();
offerExamples();
byId("enqueue").addEventListener("submit", (event) => {
  event.preventDefault();
  void enqueue();
});
byId("share").addEventListener("click", async () => {
  const button = byId("share");
  button.textContent = (await copy(location.href)) ? "Copied" : "Copy it from the address bar";
  setTimeout(() => (button.textContent = "Copy link to this task"), 1600);
});
// Back and forward go from task to task.
addEventListener("popstate", watchAddress);
watchAddress();

byId("enqueue").addEventListener("input", showRecipes);
config = await fetchCurlConfig();
showRecipes();

async function enqueue() {
  const request = readForm();
  if (request.problem !== undefined) return say(request.problem, "bad");
  const startedAt = performance.now();
  try {
    const { id, token } = await enqueueTask(request.task, config ?? (await fetchCurlConfig()));
    say(`Enqueued in ${duration(performance.now() - startedAt)}`);
    history.pushState(null, "", `?task=${encodeURIComponent(id)}&token=${encodeURIComponent(token)}`);
    watchAddress();
  } catch (error) {
    say(error.message, "bad");
    // What is shown below is the task that was asked for last, and this one does not exist.
    history.pushState(null, "", location.pathname);
    watchAddress();
  }
}

/** The address names the task, so that a reload, a bookmark and a shared link all show the same one. */
function watchAddress() {
  const address = new URLSearchParams(location.search);
  const [id, token] = [address.get("task"), address.get("token")];
  if (watched !== undefined) hub.client.removeSubscription(watched);
  watched = undefined;
  newest = undefined;
  clearRecord();
  byId("share").disabled = id === null;
  showRecipes();
  if (id === null) return;

  byId("fact-id").textContent = id;
  byId("message").textContent = "Waiting for its record …";
  watched = hub.client.newSubscription(`task:${id}`, { token });
  watched.on("publication", ({ data }) => showRecord(data));
  watched.on("unsubscribed", ({ code, reason }) => {
    // Codes from 100 are the server's; below, it was this page that left.
    if (code >= 100) byId("message").textContent = `This task cannot be watched: ${reason} (${code}).`;
  });
  watched.subscribe();
}

function clearRecord() {
  byId("timeline").replaceChildren(element("li", { className: "none" }, "No changes yet."));
  for (const id of ["status", "progress"]) delete byId(id).dataset.status;
  byId("status").textContent = "no task yet";
  byId("progress").value = 0;
  byId("percent").textContent = "";
  byId("message").textContent = "Enqueue a task, or open a link to one.";
  for (const name of ["id", "handler", "group", "attempt", "time"]) byId(`fact-${name}`).textContent = "–";
  byId("result-title").textContent = "Result";
  byId("result").textContent = "null";
}

/** A record with a `seq` that is not above the newest is one that was overtaken on its way. */
function showRecord(record) {
  if (newest !== undefined && record.seq <= newest.seq) return;
  addToTimeline(record, newest);
  newest = record;

  const { status, percent } = record;
  byId("status").textContent = status;
  byId("status").dataset.status = status;
  byId("progress").dataset.status = status;
  byId("progress").value = settled.has(status) && status !== "cancelled" ? 100 : (percent ?? 0);
  byId("percent").textContent = percent === null ? "" : `${Math.round(percent)} %`;
  const message = record.error?.message ?? record.message ?? (status === "queued" ? "Waiting for a worker." : "");
  byId("message").replaceChildren(...sentence(message));
  byId("fact-id").textContent = record.id;
  byId("fact-handler").textContent = record.handler;
  byId("fact-group").textContent = record.group === "" ? "none" : record.group;
  byId("fact-attempt").textContent = `${record.attempt} of ${record.attempts}`;
  byId("fact-time").textContent = timesOf(record);
  byId("result-title").textContent = record.error === null ? "Result" : "Error";
  byId("result").textContent = JSON.stringify(record.error ?? record.result, null, 2);
}

function timesOf({ enqueuedAtMs, startedAtMs, finishedAtMs }) {
  if (startedAtMs === null) return `enqueued at ${exactTime(enqueuedAtMs)}`;
  const waited = `waited ${duration(startedAtMs - enqueuedAtMs)}`;
  return finishedAtMs === null ? waited : `${waited}, ran ${duration(finishedAtMs - startedAtMs)}`;
}

function addToTimeline(record, before) {
  const now = Date.now();
  const list = byId("timeline");
  if (before === undefined) {
    const passed = record.seq - 1;
    const which = passed === 1 ? "Change 1" : `Changes 1 to ${passed}`;
    const note = `${which} happened before this page was watching.`;
    list.replaceChildren(...(passed > 0 ? [element("li", { className: "none" }, note)] : []));
  }
  const what = [
    record.percent === null ? "" : `${Math.round(record.percent)} %`,
    record.error?.message ?? record.message,
  ];
  list.append(
    element(
      "li",
      {},
      element("span", { className: "seq mono" }, String(record.seq)),
      element("span", { className: "chip", "data-status": record.status }, record.status),
      element("time", { className: "mono" }, exactTime(now)),
      element("span", { className: "what" }, what.filter(Boolean).join(" · ")),
      element("span", { className: "gap" }, before === undefined ? "" : `+${duration(now - changedAt)}`),
    ),
  );
  changedAt = now;
  list.scrollTop = list.scrollHeight;
}

function showRecipes() {
  if (config === undefined) return;
  const { apiUrl, apiKey } = config;
  const { task } = readForm();
  if (task !== undefined) showSnippet("enqueue-curl", curlLine({ url: `${apiUrl}/v1/tasks`, apiKey, body: task }));
  const id = new URLSearchParams(location.search).get("task") ?? "t_…";
  showSnippet("wait-curl", curlLine({ url: `${apiUrl}/v1/tasks/${id}?wait=25`, apiKey }));
}

function say(text, kind = "") {
  byId("outcome").replaceChildren(...sentence(text));
  byId("outcome").dataset.kind = kind;
}

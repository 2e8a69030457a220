import { shortTime } from "./clock.js";
import { showConnection } from "./connection-pill.js";
import { fetchCurlConfig, listInbox, notify, traceNotification } from "./demo-api.js";
import { openDesk } from "./desk.js";
import { byId, element } from "./element.js";
import { curlLine, showSnippet } from "./snippet.js";

const applicant = { user: "applicant-chen", name: "Chen", zh: "小陈 · 申请人", role: "Applicant" };
/** In their order. */
const approvers = [
  { user: "manager-sun", name: "Sun", zh: "孙经理", role: "Manager" },
  { user: "finance-wu", name: "Wu", zh: "吴会计 · 财务", role: "Finance", isAway: true },
];
const people = [applicant, ...approvers];
const choices = [
  { id: "approve", label: "Approve" },
  { id: "reject", label: "Reject" },
];
const money = new Intl.NumberFormat("en", { style: "currency", currency: "CNY", currencyDisplay: "narrowSymbol" });
const config = fetchCurlConfig();
const requests = new Map();
/** One for each notification, the newest first. */
const trail = [];
let lastNumber = Math.floor(Date.now() / 1000);
let tracing;

const [first] = people.map((person) =>
  openDesk({ ...person, onAct: (item, action) => decide(item, action, person), onChange: () => trace() }),
);
showConnection(first);

byId("request").addEventListener("submit", async (event) => {
  event.preventDefault();
  lastNumber += 1;
  const request = {
    number: lastNumber,
    subject: byId("subject").value.trim(),
    amount: money.format(byId("amount").value),
  };
  requests.set(request.number, { ...request, step: 0 });
  await ask(request, approvers[0]);
});
for (const id of ["subject", "amount"]) byId(id).addEventListener("input", () => void showRecipes());
await showRecipes();

function ask(request, approver) {
  return tell(request, approver, {
    title: `${applicant.name} asks: ${request.subject}`,
    body: request.amount,
    actions: choices,
    key: `request-${request.number}`,
  });
}

/** The first decision of a step stands: the hub sees to that, and here the next step is asked for once. */
async function decide({ data }, action, person) {
  const request = requests.get(data?.request);
  if (request === undefined || approvers[request.step]?.user !== person.user) return;
  request.step = action === "approve" ? request.step + 1 : Infinity;
  const next = approvers[request.step];
  const verb = action === "approve" ? "approved" : "rejected";
  const body = next === undefined ? "This is decided." : `Now ${next.name} decides.`;
  await tell(request, applicant, { title: `${person.name} has ${verb}: ${request.subject}`, body });
  if (next !== undefined) await ask(request, next);
}

async function tell({ number }, { user, name }, item) {
  try {
    const users = [user];
    const whole = { ...item, category: "approvals", data: { request: number } };
    const answer = await notify({ to: { users }, item: whole }, await config);
    trail.unshift({ id: answer.id, user, name, title: item.title, atMs: Date.now(), isDecision: "actions" in item });
    say(`${name} has it in the inbox${answer.live === 1 ? ", and is online" : ", and is away"}`);
    await trace();
    await showRecipes();
  } catch (error) {
    say(error.message, "bad");
  }
}

/** At most one at a time, and once more if something has changed meanwhile. */
function trace() {
  tracing = (tracing ?? Promise.resolve()).then(readTrail).catch((error) => say(error.message, "bad"));
  return tracing;
}

async function readTrail() {
  if (trail.length === 0) return;
  const known = await config;
  const items = new Map();
  for (const { user } of people) {
    for (const item of (await listInbox(user, known)).items) items.set(item.notification, item);
  }
  for (const entry of trail.slice(0, 12)) {
    entry.report = await traceNotification(entry.id, known);
    entry.item = items.get(entry.id) ?? entry.item;
  }
  byId("trail").replaceChildren(...trail.filter(({ report }) => report !== undefined).map(row));
}

function row({ name, title, atMs, report, item, isDecision }) {
  const level = (is, text, kind = "yes") => element("span", is ? { "data-is": kind } : {}, text);
  const at = (ms) => (ms == null ? "" : ` ${shortTime(ms)}`);
  return element(
    "li",
    {},
    element("span", { className: "faint" }, `${shortTime(atMs)} · ${name}`),
    element("span", {}, title),
    element(
      "span",
      { className: "levels" },
      level(report.stored > 0, "stored"),
      level(report.seen > 0, "seen"),
      level(report.read > 0, `read${at(item?.readAtMs)}`),
      isDecision
        ? level(
            report.interacted > 0,
            item?.action ? `${item.action}${at(item.interactedAtMs)}` : "decided",
            item?.action,
          )
        : undefined,
    ),
  );
}

async function showRecipes() {
  const { apiUrl, apiKey } = await config;
  const item = { title: byId("subject").value, actions: choices };
  const body = { to: { users: [approvers[0].user] }, item };
  showSnippet("notify-curl", curlLine({ url: `${apiUrl}/v1/inbox`, apiKey, body }));
  showSnippet("trace-curl", curlLine({ url: `${apiUrl}/v1/notifications/${trail[0]?.id ?? "nt_…"}`, apiKey }));
}

function say(text, kind = "") {
  byId("outcome").textContent = text;
  byId("outcome").dataset.kind = kind;
}

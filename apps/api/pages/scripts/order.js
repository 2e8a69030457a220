import { showConnection } from "./connection-pill.js";
import { fetchCurlConfig, notify } from "./demo-api.js";
import { openDesk } from "./desk.js";
import { byId, element } from "./element.js";
import { curlLine, showSnippet } from "./snippet.js";

const branches = { shanghai: "Shanghai", beijing: "Beijing" };
const clerks = [
  { user: "clerk-li", name: "Li", zh: "小李 · 上海", branch: "shanghai" },
  { user: "clerk-wang", name: "Wang", zh: "小王 · 上海", branch: "shanghai" },
  { user: "clerk-zhao", name: "Zhao", zh: "小赵 · 北京", branch: "beijing" },
];
const money = new Intl.NumberFormat("en", { style: "currency", currency: "CNY", currencyDisplay: "narrowSymbol" });
const orders = new Map();
/** Other than those of the last visit, for an order's number is its key in every inbox. */
let lastNumber = Math.floor(Date.now() / 1000) % 1_000_000;

const config = fetchCurlConfig();
const [first] = clerks.map(({ branch, ...clerk }) =>
  openDesk({ ...clerk, role: branches[branch], onAct: (item, action) => pack(item, action, clerk) }),
);
showConnection(first);

byId("order").addEventListener("submit", async (event) => {
  event.preventDefault();
  lastNumber += 1;
  const order = {
    number: lastNumber,
    branch: byId("branch").value,
    customer: byId("customer").value.trim(),
    amount: money.format(byId("amount").value),
  };
  orders.set(order.number, order);
  await change(order, "created", { title: `Order ${order.number} from ${order.customer}`, body: order.amount });
});
for (const id of ["branch", "customer", "amount"]) byId(id).addEventListener("input", () => void showRecipes());
await showRecipes();

function pay(order) {
  return change(order, "paid", {
    title: `Order ${order.number} is paid`,
    body: `${order.customer}, ${order.amount}. Please pack it.`,
    actions: [{ id: "packed", label: "Packed" }],
  });
}

/** Both clerks of a branch may press the button; the first one has packed it, and the others are told. */
async function pack({ data }, action, { user, name }) {
  const order = orders.get(data?.order);
  if (order === undefined || order.status !== "paid" || action !== "packed") return;
  await change(order, "packed", { title: `${name} has packed order ${order.number}` }, user);
}

/** What a back end does: keeps the order, and tells the branch. A new item takes the place of the one before, by `key`. */
async function change(order, status, item, except) {
  const before = order.status;
  order.status = status;
  showOrders();
  try {
    const { number, branch } = order;
    const answer = await notify(
      {
        to: { users: usersOf(branch).filter((user) => user !== except) },
        item: { ...item, category: "orders", key: `order-${number}`, data: { order: number } },
        idempotencyKey: `order-${number}-${status}`,
      },
      await config,
    );
    say(`In the inbox of ${answer.stored} of ${answer.recipients} clerks, ${answer.live} of them online`);
  } catch (error) {
    order.status = before;
    showOrders();
    say(error.message, "bad");
  }
}

function usersOf(branch) {
  return clerks.filter((clerk) => clerk.branch === branch).map(({ user }) => user);
}

function showOrders() {
  const rows = [...orders.values()].filter(({ status }) => status !== undefined).reverse();
  byId("orders").replaceChildren(
    ...rows.map((order) => {
      const button = element("button", { type: "button", className: "button" }, "Mark as paid");
      button.disabled = order.status !== "created";
      button.addEventListener("click", () => void pay(order));
      return element(
        "li",
        { id: `order-${order.number}` },
        element("b", {}, String(order.number)),
        element("span", { className: "faint" }, `${order.customer} · ${branches[order.branch]} · ${order.amount}`),
        element("span", { className: "chip", "data-status": order.status }, order.status),
        button,
      );
    }),
  );
}

async function showRecipes() {
  const { apiUrl, apiKey } = await config;
  const users = usersOf(byId("branch").value);
  const item = { title: `新订单：${byId("customer").value}`, category: "orders" };
  showSnippet("notify-curl", curlLine({ url: `${apiUrl}/v1/inbox`, apiKey, body: { to: { users }, item } }));
  const lines = [
    `<script src="${apiUrl}/bell.js"></script>`,
    `<switchyard-bell id="bell" user="${users[0]}"></switchyard-bell>`,
    "<script>",
    "  bell.client = centrifuge;",
    "</script>",
  ];
  showSnippet("bell-html", lines.join("\n"));
}

function say(text, kind = "") {
  byId("outcome").textContent = text;
  byId("outcome").dataset.kind = kind;
}

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowser, type Person, type TestBrowser } from "./browser.ts";

// Pages under /ops, as an operator has them: a real Chromium, a worker that fires, a gateway with clients.
let hub: Hub;
let browser: TestBrowser;

beforeAll(async () => {
  hub = await startHub({
    gateways: 1,
    settings: { handlers: { test: { kind: "module", module: "handlers/test.ts" } } },
  });
  browser = await startBrowser(hub.api.url);
  await put("every-second", { everyMs: 1_000 });
  await put("daily-report", { cron: "0 9 * * 1-5", timeZone: "Asia/Shanghai" });
  await put("a-very-long-name.".repeat(7), {
    cron: "30 2 * * *",
    timeZone: "Europe/Berlin",
    startAt: "2027-03-27T00:00:00Z",
  });
});
afterAll(async () => {
  await browser?.close();
  await hub?.close();
});

async function put(id: string, times: object): Promise<void> {
  const response = await fetch(`${hub.api.url}/v1/schedules/${id}`, {
    method: "PUT",
    headers: { "content-type": "application/json", "x-api-key": hub.apiKey },
    body: JSON.stringify({ ...times, task: { handler: "test", data: {} } }),
  });
  expect(response.status).toBe(201);
}

/** One client, which has said who it is and has what its user is told. */
async function connect(user: string) {
  const peer = await connectPeer(hub.websocketUrl());
  const { connect: welcome } = await peer.call({ connect: { token: hub.token(user), name: "desk" } });
  return { ...peer, client: (welcome as { client: string }).client };
}

async function logIn(person: Person): Promise<Page> {
  const page = await person.open("/ops/schedules", "#password");
  await page.fill("#password", hub.opsPassword);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/ops/schedules");
  return page;
}

test("the page of the API has a way back, both themes, and room on a telephone", async () => {
  const page = await (await browser.person({ width: 390, colorScheme: "dark" })).open("/docs", ".opblock");
  const shown = () =>
    page.evaluate(() => ({
      isDark: document.documentElement.classList.contains("dark-mode"),
      paper: getComputedStyle(document.body).backgroundColor,
      hasRoom: document.documentElement.scrollWidth <= innerWidth,
    }));
  const dark = await shown();
  expect(dark).toMatchObject({ isDark: true, hasRoom: true });
  await page.click("#theme");
  await eventually(async () => expect(await shown()).toMatchObject({ isDark: false, hasRoom: true }));
  expect((await shown()).paper).not.toBe(dark.paper);
  expect(await page.getAttribute(".brand", "href")).toBe("/ops");
});

test("by keyboard alone: find a schedule, see what it did, pause it with a note, resume it, run it now", async () => {
  const page = await logIn(await browser.person());
  await page.goto(`${hub.api.url}/ops/schedules`);
  await page.focus("text=every-second");
  await page.keyboard.press("Enter");
  await page.waitForSelector("h1:has-text('every-second')");
  expect(await page.innerText("main")).toContain("Every second");
  await eventually(async () => {
    await page.reload();
    // Until it has run there is no table to wait for on a page that does not change.
    expect((await page.locator("tbody tr").allInnerTexts())[0]).toMatch(/ran[^]*t_/);
  });
  await page.focus("input[name=note]");
  await page.keyboard.type("打印机坏了");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[role=status]");
  expect(await page.innerText("main")).toMatch(/It is paused\.[^]*State: paused · 打印机坏了[^]*It would run/);
  // The next stop after the links of tasks is what can be done.
  await page.focus("main form button");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[role=status]:has-text('It is resumed.')");
  await page.focus("text=Run now");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[role=status]:has-text('It runs now.')");
  expect(await page.innerText("main")).toContain("run by hand");
});

test("the queue that somebody paused on the board, saying why, goes on from the console, and the audit has both", async () => {
  const page = await logIn(await browser.person());
  await page.goto(`${hub.api.url}/ops/queues/queue/tasks`);
  await page.fill("text=Why, for the audit", "a deploy of the database");
  await page.click("main button[aria-haspopup=menu] >> nth=0");
  await page.click("[role=menuitem]:has-text('Pause')");
  await Promise.all([page.waitForResponse("**/tasks/pause"), page.click("button:has-text('Confirm')")]);
  await page.goto(`${hub.api.url}/ops/console/workers`);
  await page.waitForSelector("text=All of the queue is paused on the board of queues");
  await page.click("text=Resume all…");
  await page.fill("dialog input", "the deploy is over");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[role=status] >> text=The queue goes on.");
  // What was done is at hand, though it stands last on the page; and one is back at once.
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.closest('.toast') !== null")).toBe(true);
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.closest('main') !== null")).toBe(true);
  await page.waitForSelector("text=All of the queue is paused", { state: "detached" });
  await page.goto(`${hub.api.url}/ops/console/audit`);
  expect(await page.innerText("table")).toMatch(/the deploy is over[^]*a deploy of the database/);
  // Of the board itself.
  browser.forgive(/ops\/queues\/static\/.* was preloaded/);
  expect(browser.complaints).toEqual([]);
});

test("a preview shows the next runs in words, warns of a changed clock, and is Chinese where that is asked for", async () => {
  const page = await logIn(await browser.person());
  await page.goto(`${hub.api.url}/ops/schedules`);
  await page.fill("[name=cron]", "0 9 * * 1-5");
  await page.fill("[name=timeZone]", "Asia/Shanghai");
  await page.press("[name=timeZone]", "Enter");
  await page.waitForSelector("ol li");
  expect(await page.locator("ol li").count()).toBe(10);
  await page.click("header >> text=中文");
  await page.waitForSelector("h1:has-text('定时任务')");
  await page.click("text=daily-report");
  await page.waitForSelector("h1:has-text('daily-report')");
  expect(await page.innerText("main")).toMatch(/星期一至星期五[^]*星期[一二三四五] GMT\+8 09:00:00/);
  await page.goto(`${hub.api.url}/ops/schedules/${"a-very-long-name.".repeat(7)}`);
  expect(await page.innerText("main")).toContain("02:30 does not exist in Europe/Berlin, runs at 03:00");
});

test("who is connected is listed with gateway, door and time; a click shows the channels of one, and a button closes it", async () => {
  const [ann, bob] = [await connect("ann"), await connect("bob")];
  const page = await logIn(await browser.person());
  const list = `${hub.api.url}/ops/connections`;
  // The index is written behind the clients.
  await eventually(async () => {
    await page.goto(list);
    expect(await page.locator("tbody tr").count()).toBe(2);
  });
  const row = page.locator("tbody tr", { hasText: "ann" });
  expect(await row.innerText()).toMatch(/centrifuge\s+websocket, json\s+\S+:\d+\s+.*ago|now/);
  await row.locator("a >> nth=0").click();
  await page.waitForSelector(`h1:has-text("${ann.client}")`);
  expect(await page.innerText("main")).toMatch(/Says it is: desk[^]*Channels\s+user:ann by the server/);
  await page.click("header >> text=中文");
  await page.waitForSelector("h2:has-text('频道')");
  // A click asks, and a second one does it.
  const yes = page.locator("button:has-text('确定关闭')");
  expect(await yes.isVisible()).toBe(false);
  await page.click("summary:has-text('关闭它')");
  await yes.click();
  await page.waitForSelector("[role=status]:has-text('已经关闭。')");
  expect(await ann.closed).toEqual({ code: 3503, reason: "force disconnect" });
  const [notice] = ann.pushes.slice(-1);
  expect(notice).toMatchObject({ message: { data: { type: "closing", code: 3503, reconnectAfterMs: null } } });
  await eventually(async () => {
    await page.goto(`${list}?user=ann`);
    expect(await page.innerText("main")).toMatch(/ann has no connection now\. The last one went /);
  });
  await page.goto(`${list}/one?client=${ann.client}`);
  expect(await page.innerText("[role=status]")).toBe("This connection is not there any more.");
  await bob.close();
});

/** A page of somebody else's, which tries all that a page can: with what it may read of the answers, and without. */
const attack = (hub: string) => `<!doctype html><form method="post" action="${hub}/ops/schedules/daily-report/pause">
  <input name="note" value="not yours"><button>Win</button></form><script type="module">
  const act = "${hub}/ops/api/groups/foreign/pause";
  const send = (options) => fetch(act, { method: "POST", credentials: "include", body: "{}", ...options }).catch(() => 0);
  const json = { "content-type": "application/json", "x-sy-console": "1" };
  await Promise.all([send({ mode: "no-cors" }), send({ headers: json }), send({ mode: "no-cors", method: "GET", body: null })]);
  new Image().src = act;
  new WebSocket(act.replace("http", "ws"));
  navigator.sendBeacon(act, "{}");
  document.title = "tried";
</script>`;

test("no page of another site or port changes anything, though the browser sends it the operator's cookie", async () => {
  const page = await logIn(await browser.person());
  const acts = () => hub.redis.command("XLEN", "sy:hub:audit:people");
  const server = createServer((_, response) =>
    response.setHeader("content-type", "text/html").end(attack(hub.api.url)),
  );
  const port = await new Promise<number>((resolve) =>
    server.listen(0, () => resolve((server.address() as AddressInfo).port)),
  );
  try {
    const before = await acts();
    for (const host of ["127.0.0.1", "localhost"]) {
      await page.goto(`http://${host}:${port}/`);
      await eventually(async () => expect(await page.title()).toBe("tried"));
      await page.click("button");
      await page.waitForURL(`${hub.api.url}/**`);
      // Another port is the same site, so there the cookie came along.
      const isLoggedIn = host === "127.0.0.1";
      expect(await page.innerText("body")).toContain(
        isLoggedIn ? "did not come from a page of the dashboards" : "Log in",
      );
    }
    expect(await acts()).toBe(before);
    expect((await hub.get("/v1/schedules/daily-report")).body).toMatchObject({ state: "active" });
    expect((await hub.get("/v1/groups/foreign")).body).toMatchObject({ status: "idle" });
  } finally {
    server.close();
    server.closeAllConnections();
    browser.forgive(/^console|^request/);
  }
});

const looks = [320, 768, 1280].flatMap((width) => [
  { width, colorScheme: "light" as const },
  { width, colorScheme: "dark" as const },
]);

test.each(looks)("at $width px, $colorScheme, nothing scrolls sideways and every text can be read", async (look) => {
  const page = await logIn(await browser.person(look));
  const long = await connect("a-very-long-name.".repeat(7));
  for (const path of [
    "schedules",
    "schedules?cron=30+2+*+*+*&timeZone=Europe/Berlin",
    "schedules/every-second",
    `schedules/${"a-very-long-name.".repeat(7)}`,
    "connections",
    `connections/one?client=${long.client}`,
  ]) {
    await page.goto(`${hub.api.url}/ops/${path}`);
    const { overflow, faint } = await page.evaluate<{ overflow: number; faint: string[] }>(measurePage);
    expect({ path, overflow, faint }).toEqual({ path, overflow: 0, faint: [] });
    expect(await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")).toBe(look.colorScheme === "dark");
  }
  expect(browser.complaints).toEqual([]);
  await long.close();
});

/** Runs in the page: the pixels it is too wide, and texts with less contrast to their ground than 4.5. */
const measurePage = `(() => {
  const colour = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, index) => sum + v * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const found = colour(getComputedStyle(at).backgroundColor);
      if (found[3] !== 0) return found;
    }
    return [255, 255, 255];
  };
  const faint = [...document.querySelectorAll("body *")].filter((element) => {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
    if (!hasText) return false;
    const [one, two] = [light(colour(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
    return (one + 0.05) / (two + 0.05) < 4.5;
  }).map((element) => element.outerHTML.slice(0, 90));
  const overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  return { overflow, faint };
})()`;

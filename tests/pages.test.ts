import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { eventually } from "@switchyard/testkit/eventually";
import { mintToken } from "@switchyard/testkit/mint-token";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startBrowser, type TestBrowser } from "./pages/browser.ts";
import { startDevelopmentHub, type DevelopmentHub } from "./pages/development-hub.ts";
import { hiddenInHeader, isThemeBesideBrand, measureLayout, paintedAfterEndMs } from "./pages/measure-layout.ts";
import { openSlowLine } from "./pages/open-slow-line.ts";

// The demo pages as a newcomer meets them: `npm start`, a real Chromium, two gateways behind one front door.
let hub: DevelopmentHub;
let browser: TestBrowser;

beforeAll(async () => {
  hub = await startDevelopmentHub();
  browser = await startBrowser(hub.origin);
});
afterAll(async () => {
  await browser?.close();
  await hub?.close();
});

const texts = (page: Page, selector: string) => page.locator(selector).allInnerTexts();
const send = async (page: Page, text: string) => {
  await page.fill("#text", text);
  await page.press("#text", "Enter");
};

/** Waits until the page shows this status; resolves to the result beside it. */
async function resultOnce(page: Page, status: string): Promise<string> {
  await eventually(async () => expect(await page.innerText("#status")).toBe(status), { timeoutMs: 20_000 });
  return page.innerText("#result");
}

test("one push reaches three tabs of the user on both gateways, once each, and no tab of another user", async () => {
  const alice = await browser.person();
  const tabs = await Promise.all([1, 2, 3].map(() => alice.open("/push.html?user=alice")));
  const bob = await (await browser.person()).open("/push.html?user=bob");
  const nodes = await Promise.all(tabs.map((tab) => tab.innerText("#fact-node")));
  expect(new Set(nodes).size).toBe(2);

  await tabs[0]?.fill("#text", "您有一条新订单");
  await tabs[0]?.click("#push button");
  // Two connections have no order between them, unless one waits for the other's answer.
  await eventually(async () => expect(await tabs[0]?.innerText("#outcome")).toMatch(/^Accepted in /));
  await hub.post("/api/publish", { channel: "user:alice", data: { text: "from curl" } });
  for (const tab of tabs) {
    await eventually(async () => expect(await texts(tab, "#inbox .text")).toEqual(["from curl", "您有一条新订单"]));
  }
  // A message of bob's own is proof that nothing of alice's is still on its way to him.
  await send(bob, "for bob");
  await eventually(async () => expect(await texts(bob, "#inbox .text")).toEqual(["for bob"]));
});

test("closing shows the four ready states, the code and the reason, and the way back", async () => {
  const page = await (await browser.person()).open("/push.html?user=carol");
  const current = () => page.innerText("#states [aria-current]");
  expect(await current()).toContain("连接成功");
  await page.click("#switch");
  await eventually(async () => expect(await current()).toContain("已关闭"));
  expect(await page.innerText("#fact-extra")).toBe("0 disconnect called");
  await page.click("#switch");
  await eventually(async () => expect(await current()).toContain("连接成功"));
});

test("two people chat in Chinese, text is never markup, and a latecomer sees the last fifty messages in order", async () => {
  const li = await (await browser.person()).open("/chat.html?room=hall");
  const wang = await (await browser.person()).open("/chat.html?room=hall");
  await li.fill("#nickname", "小李");
  await li.click("#naming button");
  const long = "豫章故郡洪都新府".repeat(625);
  await send(li, "早上好 <b>&amp;</b><img src=x>");
  await send(li, long);
  await eventually(async () => expect(await texts(wang, ".said")).toEqual(["早上好 <b>&amp;</b><img src=x>", long]));
  expect(await texts(wang, ".who")).toEqual([expect.stringMatching(/^小李 /)]);
  await eventually(async () => expect(await li.locator("li.mine").count()).toBe(2));
  expect(await wang.locator("li.mine").count()).toBe(0);

  for (let n = 1; n <= 60; n += 1) {
    await hub.post("/api/publish", { channel: "chat:hall", data: { nick: "curl", text: `message ${n}` } });
  }
  const late = await (await browser.person()).open("/chat.html?room=hall");
  const last50 = Array.from({ length: 50 }, (_, index) => `message ${index + 11}`);
  await eventually(async () => expect(await texts(late, ".said")).toEqual(last50));
});

test("a room says how many people and tabs are there and who types, and what is said privately only the two see", async () => {
  const li = await browser.person();
  const [tab, secondTab] = [await li.open("/chat.html?room=tea"), await li.open("/chat.html?room=tea")];
  const wang = await (await browser.person({ colorScheme: "dark" })).open("/chat.html?room=tea");
  const other = await (await browser.person()).open("/chat.html?room=tea");
  const here = (page: Page) => page.innerText("#here");
  await eventually(async () => expect(await here(wang)).toBe("3 people, 4 tabs online 3 人在线, 4 个页面"));
  await other.close();
  for (const page of [tab, wang])
    await eventually(async () => expect(await here(page)).toMatch(/^2 people, 3 tabs online/));

  await tab.fill("#nickname", "小李");
  await tab.click("#naming button");
  await tab.locator("#text").pressSequentially("早");
  await eventually(async () => expect(await wang.innerText("#typing")).toBe("小李 is typing … 正在输入"));
  await tab.press("#text", "Enter");
  await eventually(async () => expect(await texts(wang, ".said")).toEqual(["早"]));
  await eventually(async () => expect(await wang.innerText("#typing")).toBe(""));

  await wang.click("#people button:has-text('小李')");
  await send(wang, "悄悄话");
  for (const page of [tab, secondTab, wang])
    await eventually(async () => expect(await texts(page, ".private .said")).toEqual(["悄悄话"]));
  expect(await texts(wang, ".private .who")).toEqual([expect.stringMatching(/^You → 小李 .*私信$/)]);
  await wang.click("#to-all");
  await send(wang, "for all");
  await eventually(async () => expect(await texts(tab, ".said")).toEqual(["早", "悄悄话", "for all"]));
  // A latecomer sees what the room keeps.
  const late = await (await browser.person()).open("/chat.html?room=tea");
  await eventually(async () => expect(await texts(late, ".said")).toEqual(["早", "for all"]));
});

test("a message that comes while the page still waits for its curl line is shown", async () => {
  const person = await browser.person();
  const lobby = await person.open("/");
  const { promise: shown, resolve: show } = Promise.withResolvers<void>();
  await lobby.context().route("**/demo/curl-config", async (route) => {
    await shown;
    await route.continue();
  });
  const page = await person.open("/chat.html?room=early");
  await hub.post("/api/publish", { channel: "chat:early", data: { nick: "curl", text: "early" } });
  await eventually(async () => expect(await texts(page, ".said")).toEqual(["early"]));
  show();
  await page.waitForSelector("#chat-curl:has-text('curl')");
});

test("a lost connection is shown, and what was said meanwhile arrives once", async () => {
  const person = await browser.person();
  const page = await person.open("/chat.html?room=tunnel");
  await send(page, "before");
  await eventually(async () => expect(await texts(page, ".said")).toEqual(["before"]));
  await person.enterTunnel();
  await page.waitForSelector("[data-phase=connecting]");
  expect(await page.innerText("#connection")).toMatch(/Reconnecting\s+正在重连/);
  await hub.post("/api/publish", { channel: "chat:tunnel", data: { nick: "curl", text: "meanwhile" } });
  await person.leaveTunnel();
  await send(page, "after");
  // The page tries again in steps of its own.
  await eventually(async () => expect(await texts(page, ".said")).toEqual(["before", "meanwhile", "after"]), {
    timeoutMs: 15_000,
  });
});

test("a refused task leaves no record of the one before on the page, and its reason shows code as code", async () => {
  const page = await (await browser.person()).open("/task.html");
  await page.click("#presets label:nth-of-type(2)");
  await page.click("#enqueue [type=submit]");
  await resultOnce(page, "succeeded");
  await page.click("#presets label:nth-of-type(4)");
  await page.click("#enqueue [type=submit]");
  await eventually(async () => expect(await page.innerText("#outcome")).toContain("no running worker has a handler"));
  expect(await page.innerText("#outcome")).not.toContain("`");
  expect(await page.innerText("#outcome code >> nth=0")).toBe("tset");
  expect(await page.innerText("#status")).toBe("no task yet");
  expect(await page.innerText("#fact-id")).toBe("–");
  expect(await page.innerText("#wait-curl code")).toContain("/v1/tasks/t_…");
});

test("a task's progress is live, and its link shows the newest record at once to whoever comes late", async () => {
  const page = await (await browser.person()).open("/task.html");
  // Longer than this test may take, so that whoever comes late comes in the middle of it.
  await page.fill("#data", '{"to":1000,"pauseMs":100}');
  await page.click("#enqueue [type=submit]");
  const percents = new Set<string>();
  const see = async (count: number) => {
    percents.add(await page.innerText("#percent"));
    expect(percents.size).toBeGreaterThan(count);
  };
  await eventually(() => see(3), { timeoutMs: 15_000, everyMs: 50 });
  const { pathname, search } = new URL(page.url());

  // Somebody else, in the middle of it …
  const visitor = await browser.person();
  const late = await visitor.open(pathname + search);
  const passed = /^Changes 1 to \d+ happened before this page was watching/;
  await eventually(async () => expect(await late.innerText("#timeline")).toMatch(passed));
  expect(await late.innerText("#status")).toBe("running");
  await hub.post(`/v1/tasks/${new URLSearchParams(search).get("task")}/cancel`, { reason: "seen enough" });
  for (const tab of [page, late]) expect(await resultOnce(tab, "cancelled")).toContain("seen enough");
  // … and after the last change, when everything comes from the record that is kept.
  const after = await visitor.open(pathname + search);
  expect(await resultOnce(after, "cancelled")).toContain("seen enough");
});

test("a task that ends by itself shows its result at once, and under its link as long as the record is kept", async () => {
  const person = await browser.person();
  const page = await person.open("/task.html");
  await page.click("#enqueue [type=submit]");
  expect(await resultOnce(page, "succeeded")).toContain('"counted": 40');
  const { pathname, search } = new URL(page.url());
  expect(await resultOnce(await person.open(pathname + search), "succeeded")).toContain('"counted": 40');
});

test("every other example ends as it says", async () => {
  const person = await browser.person();
  const endings = [
    ["test", "succeeded", '"test": "test"'],
    ["resize", "succeeded", '"height": 960'],
  ] as const;
  for (const [example, status, result] of endings) {
    const page = await person.open("/task.html");
    await page.locator(`[name=example][value=${example}]`).setChecked(true, { force: true });
    await page.click("#enqueue [type=submit]");
    expect(await resultOnce(page, status)).toContain(result);
  }
});

test("the start page shows the node, a round trip, and a message that came through the hub", async () => {
  const page = await (await browser.person()).open("/");
  await eventually(async () => expect(await page.innerText("#live-ping")).toMatch(/^\d+\.\d ms$/));
  expect(await page.innerText("#live-node")).not.toBe("–");
  await page.click("#dispatch");
  await eventually(async () =>
    expect(await page.innerText("#arrival")).toMatch(/^你好, hello arrived at .* after it was sent$/),
  );
});

test("the theme follows the system until it is chosen, and the choice is kept", async () => {
  const person = await browser.person({ colorScheme: "dark" });
  const background = (page: Page) => page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
  const page = await person.open("/");
  const dark = await background(page);
  await page.click("#theme");
  const light = await background(page);
  expect(light).not.toBe(dark);
  expect(await background(await person.open("/chat.html"))).toBe(light);
});

const widths = [320, 390, 768, 1280] as const;

test.each(widths)(
  "at %i px no page scrolls sideways, hides a link, moves, or asks for anything elsewhere",
  async (width) => {
    const visitor = await browser.person({ width });
    for (const path of ["/", "/push.html", "/chat.html", "/task.html"]) {
      const page = await visitor.open(path);
      await eventually(async () => expect(await page.innerText(".snippet code >> nth=0")).toContain("test-api-key"));
      const { overflow, shift } = await page.evaluate<{ overflow: number; shift: number }>(measureLayout);
      expect({ path, overflow }).toEqual({ path, overflow: 0 });
      expect(await page.evaluate(hiddenInHeader)).toEqual([]);
      expect(await page.evaluate(isThemeBesideBrand)).toBe(true);
      // Nothing moves by itself; a machine without the fonts of the captions measures a few thousandths.
      expect({ path, isStill: shift < 0.01, shift }).toMatchObject({ path, isStill: true });
    }
    expect(browser.complaints).toEqual([]);
  },
);

test("a page that comes in pieces is not painted before it is whole, since what was shown would move", async () => {
  const line = await openSlowLine(hub.origin, "/push.html");
  onTestFinished(line.close);
  const page = await browser.visit(line.url);
  await page.waitForFunction("performance.getEntriesByType('paint').length > 0");
  expect(await page.evaluate(paintedAfterEndMs)).toBeGreaterThan(-100);
});

test("README's page, served from another port, receives what is published", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const [, snippet = ""] = /^```html\n([\s\S]*?)^```/m.exec(readme) ?? [];
  const html = snippet
    .replace(/src="https:[^"]*"/, 'src="centrifuge.js"')
    .replace("ws://localhost:8000", hub.origin.replace("http", "ws"));
  const files: Record<string, string> = {
    "/": `<!doctype html>${html}`,
    "/token.php": mintToken(hub.tokenSecret, { sub: "ann" }),
    "/centrifuge.js": await readFile(new URL("../node_modules/centrifuge/dist/centrifuge.js", import.meta.url), "utf8"),
  };
  const server = createServer(({ url = "" }, response) => {
    response.writeHead(files[url] === undefined ? 404 : 200, {
      "content-type": url.endsWith(".js") ? "text/javascript" : "text/html",
    });
    response.end(files[url]);
  }).listen(0, "localhost");
  onTestFinished(() => void server.close());
  await once(server, "listening");

  const page = await browser.visit(`http://localhost:${(server.address() as AddressInfo).port}/`);
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  // Until both are subscribed, nobody hears.
  await eventually(
    async () => {
      await hub.post("/api/publish", { user: "ann", data: "for you" });
      await hub.post("/api/publish", { channel: "chat:lobby", data: "for all" });
      expect(said).toEqual(expect.arrayContaining(["for me for you", "in the lobby for all"]));
    },
    { everyMs: 200 },
  );
});

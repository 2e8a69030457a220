import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowser, type TestBrowser } from "./browser.ts";
import { hostileTexts, openEcho, putEverywhere, putSchedule } from "./hostile-texts.ts";
import { takeHoursOf } from "./hours-of-a-page.ts";

// The console as it is when it is opened, left open, and when what it asks is away.
let hub: Hub;
let browser: TestBrowser;
const echo = openEcho();

beforeAll(async () => {
  hub = await startHub({
    gateways: 1,
    settings: { handlers: { echo: echo.handler } },
  });
  browser = await startBrowser(hub.api.url);
  await hub.post("/v1/groups/mail/pause", { reason: "a test" });
});
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  echo.close();
});

async function openConsole(path = ""): Promise<Page> {
  const page = await (await browser.person()).open(`/ops/console${path}`, "#password");
  await page.fill("#password", hub.opsPassword);
  await page.keyboard.press("Enter");
  await page.waitForSelector("main .answer");
  return page;
}

/** Runs in a page before all of its own: notes what it had loaded when its first screen was there. */
const noteFirstScreen = `new MutationObserver((_, observer) => {
  if (document.querySelector(".figures") === null) return;
  observer.disconnect();
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  globalThis.firstScreen = { count: all.length, bytes: all.reduce((sum, one) => sum + one.transferSize, 0) };
}).observe(document, { childList: true, subtree: true })`;

test("the first screen is there after sixty requests and 120 KB at most, in a browser that had nothing of it", async () => {
  const page = await (await browser.person()).open("/ops/console", "#password");
  await page.addInitScript(noteFirstScreen);
  await page.fill("#password", hub.opsPassword);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".figures");
  const { count, bytes } = await page.evaluate<{ count: number; bytes: number }>("firstScreen");
  expect(count).toBeGreaterThan(40);
  expect(count).toBeLessThanOrEqual(60);
  expect(bytes).toBeGreaterThan(40_000);
  expect(bytes).toBeLessThanOrEqual(120 * 1_024);
  // What is below comes after it.
  await page.waitForSelector("h2:has-text('Who is told')");
});

/** `SWITCHYARD_TAB_MINUTES=480` tries the eight hours that are promised, which takes minutes. */
const minutesOpen = Number(process.env["SWITCHYARD_TAB_MINUTES"] ?? 8);

test(
  "a tab that is left open keeps no more than it needs, and a hidden one has no timer and asks for nothing",
  async () => {
    const page = await openConsole();
    const hours = await takeHoursOf(page, "main .answer");
    await hours.pass(5);
    const [before, askedBefore] = [await hours.heapBytes(), await hours.asked()];
    await hours.pass(minutesOpen);
    expect((await hours.asked()) - askedBefore).toBeGreaterThan(minutesOpen * 25);
    const grown = (await hours.heapBytes()) - before;
    // Ten megabytes in eight hours, and what the engine keeps of code that it has run often.
    expect(grown).toBeLessThan(500_000 + (minutesOpen / 480) * 10 * 1_048_576);

    await hours.hide(true);
    await hours.pass(1);
    const asked = await hours.asked();
    await hours.pass(60);
    expect([await hours.timers(), (await hours.asked()) - asked]).toEqual([0, 0]);
    // And it goes on at once where somebody looks again.
    await hours.hide(false);
    await eventually(async () => expect(await hours.asked()).toBeGreaterThan(asked));
  },
  60_000 + minutesOpen * 5_000,
);

test("while Redis is away what was shown stays, with its age and no login in its place, and it goes on by itself", async () => {
  const page = await openConsole();
  const navigations: string[] = [];
  page.on("framenavigated", (frame) => navigations.push(frame.url()));
  hub.redis.signal("SIGSTOP");
  const bad = page.locator(".banner.bad");
  await page.waitForSelector(".banner.bad >> text=/Redis does not answer.*What is shown is [0-9.]+s old/");
  const ageS = async () => Number(/ ([0-9.]+)s old/.exec(await bad.innerText())?.[1]);
  const age = await ageS();
  await eventually(async () => expect(await ageS()).toBeGreaterThan(age + 2));
  expect(await page.innerText(".figures")).toContain("Waiting");
  expect(await page.locator(".reading").count()).toBe(0);
  // Another screen that was not shown before says why it is not there.
  await page.click("nav >> text=Groups");
  await page.waitForSelector("main .failed >> text=Redis does not answer");
  await page.click("nav >> text=Overview");
  hub.redis.signal("SIGCONT");
  const backMs = performance.now();
  await bad.waitFor({ state: "detached" });
  expect(performance.now() - backMs).toBeLessThan(6_000);
  expect(navigations.filter((url) => !url.startsWith(`${hub.api.url}/ops/console`))).toEqual([]);
  // The browser itself says that it was answered 503, which the page shows.
  browser.forgive(/status of 503/);
  expect(browser.complaints).toEqual([]);
});

/** What a list shows, on all of its pages. */
async function readPages(page: Page, path: string): Promise<string> {
  await page.goto(`${hub.api.url}/ops/console${path}`);
  const shown: string[] = [];
  for (let more = true; more;) {
    await page.waitForSelector("main .answer");
    shown.push(await page.innerText("main"));
    const next = page
      .locator("main a:has-text('Next page'), main a:has-text('Older'), main a:has-text('older')")
      .last();
    more = (await next.count()) > 0 && shown.length < 12;
    if (!more) break;
    const before = shown.at(-1);
    await next.click();
    await eventually(async () => expect(await page.innerText("main")).not.toBe(before));
  }
  return shown.join("\n");
}

test("a hundred texts that try to become script or markup are shown as they are, wherever a text from outside can stand", async () => {
  const ids = await putEverywhere(hub, hostileTexts);
  const page = await openConsole();
  const ran: string[] = [];
  page.on("dialog", (dialog) => {
    ran.push(dialog.message());
    void dialog.dismiss();
  });
  for (const path of ["/tasks?q=status:failed", "/groups", "/inbox/hostile", "/audit?book=keys"]) {
    const shown = await readPages(page, path);
    // The audit has what was sent as JSON.
    const isShown = (text: string) => shown.includes(text) || shown.includes(JSON.stringify(text).slice(1, -1));
    expect([path, hostileTexts.filter((text) => !isShown(text))]).toEqual([path, []]);
  }
  for (let at = 0; at < hostileTexts.length; at += 33) {
    const text = hostileTexts[at] ?? "";
    const name = encodeURIComponent(text);
    await putSchedule(hub, `hostile-${at}`, text);
    await page.goto(`${hub.api.url}/ops/console/tasks?q=${name}`);
    await page.waitForSelector("main .answer, main .state p, main [role=alert]");
    for (const path of [`/tasks/${ids[at]}`, `/groups/${name}`, `/schedules/hostile-${at}`]) {
      await page.goto(`${hub.api.url}/ops/console${path}`);
      await page.waitForSelector("main .answer");
      for (const closed of await page.locator("main details:not([open]) > summary").all()) await closed.click();
      await eventually(async () => expect(await page.innerText("main")).toContain(text));
    }
  }
  expect(ran).toEqual([]);
  // Not each of them is a search that can be understood, which the page says.
  browser.forgive(/status of 400/);
  expect(browser.complaints).toEqual([]);
});

test("without any gateway the console says so, and all of it works", async () => {
  for (const gateway of hub.gateways) await gateway.stop();
  const page = await openConsole();
  await page.waitForSelector(".needs >> text=No gateway is running");
  for (const [screen, shown] of [
    ["Tasks", "main .answer"],
    ["Audit", "main .answer tbody tr"],
    ["Groups", "main .answer tbody tr"],
  ] as const) {
    await page.click(`nav >> text=${screen}`);
    await page.waitForSelector(`h1:has-text('${screen}')`);
    await page.waitForSelector(shown);
  }
  expect(browser.complaints).toEqual([]);
});

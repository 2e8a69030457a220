import { readFile } from "node:fs/promises";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { actBetween } from "./act-between.ts";
import { startBrowser, type Person, type TestBrowser } from "./browser.ts";
import { changeSettings } from "./change-settings.ts";
import { compareSettings, notify, readInboxOf } from "./inbox-and-settings.ts";
import { type Chat, endNight, findInAudit, mendNight, openChat, openMailServer, spoilNight } from "./night-at-work.ts";
import { findFaults, stretchWords } from "./page-faults.ts";
import { looks, strange } from "./places.ts";
import { tabTo } from "./tab-to.ts";

// The console as an operator has it at night: a real Chromium on a real hub, in which things go wrong.
let hub: Hub;
let browser: TestBrowser;
let axe: string;
let chat: Chat;
const mail = openMailServer();

beforeAll(async () => {
  chat = await openChat();
  hub = await startHub({
    gateways: 1,
    settings: {
      ops: { alerts: [{ name: "chat", kind: "chat", url: chat.url, hold: "0s" }] },
      handlers: {
        test: { kind: "module", module: "handlers/test.ts" },
        mail: { kind: "command", command: ["sh", "-c", "echo 'smtp timeout' >&2; exit 1"] },
        post: mail.handler,
        hang: { kind: "command", command: ["sleep", "60"] },
      },
      // What a worker that hangs has in its hands is run by another after this.
      tasks: { lock_duration: "3s" },
    },
  });
  browser = await startBrowser(hub.api.url);
  const headers = { "content-type": "application/json", "x-api-key": hub.apiKey };
  const schedule = {
    cron: "0 2 * * *",
    timeZone: "Europe/Berlin",
    task: { handler: "test", data: {} },
  };
  await fetch(`${hub.api.url}/v1/schedules/nightly`, {
    method: "PUT",
    headers,
    body: JSON.stringify(schedule),
  });
  axe = await readFile(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
});
afterAll(async () => {
  await browser?.close();
  await hub?.close();
  chat?.close();
  mail.close();
});

/** Logged in, at a screen of the console, once it shows what it was told. */
async function openConsole(person: Person, path = ""): Promise<Page> {
  const page = await person.open(`/ops/console${path}`, "#password");
  await page.fill("#password", hub.opsPassword);
  await page.keyboard.press("Enter");
  await page.waitForSelector("main .answer");
  return page;
}

/** A paused group with a waiting task, and tasks that failed for good. */
async function makeTrouble(group: string, failed: number, reason = "打印机坏了"): Promise<void> {
  const path = `/v1/groups/${encodeURIComponent(group)}`;
  await hub.post(`${path}/resume`, {});
  for (let count = 0; count < failed; count += 1) await hub.post("/v1/tasks", { handler: "mail", group, attempts: 1 });
  await eventually(async () => expect((await hub.get(path)).body).toMatchObject({ active: 0, waiting: 0 }));
  await hub.post(`${path}/pause`, { reason });
  await hub.post("/v1/tasks", { handler: "test", group });
}

test("what is wrong stands on top and is mended from there, and each act is in the audit", async () => {
  await makeTrouble("mail", 3);
  const page = await openConsole(await browser.person());
  await page.waitForSelector("h1:has-text('2 things need you')");
  await eventually(async () => expect(await page.title()).toBe("(2) Overview · Switchyard"));
  const needs = page.locator(".needs li");
  expect(await needs.allInnerTexts()).toEqual([
    expect.stringMatching(/Group “mail” is paused, 1 task waits\n+打印机坏了/),
    expect.stringMatching(/3 tasks of “mail” failed for good\n+.*smtp timeout \(3\)/),
  ]);

  // At a click, and back at another: what waited has run by then, so it is paused and empty.
  await page.click("text=Resume");
  await page.waitForSelector("[role=status] >> text=Group “mail” goes on.");
  await actBetween(page, hub, "打印机坏了");
  await page.click("text=Undo");
  await eventually(async () =>
    expect((await hub.get("/v1/groups/mail")).body).toMatchObject({
      status: "paused",
      reason: "打印机坏了",
    }),
  );

  // What cannot be undone asks first; Escape leaves it and gives the focus back.
  await page.click("text=Redrive…");
  await page.waitForSelector("dialog >> text=3 tasks go to the end of the group");
  expect(await page.innerText("dialog")).toContain("The group is paused: they wait until it is resumed.");
  await page.keyboard.press("Escape");
  // Closed it is at once, gone with the event that says so; no hand is as quick as this test.
  await page.waitForSelector("dialog", { state: "detached" });
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Redrive…");
  await page.keyboard.press("Enter");
  await page.click("dialog >> text=Redrive 3");
  await page.waitForSelector("[role=status] >> text=3 tasks of “mail” queued again.");
  await eventually(async () => expect((await hub.get("/v1/groups/mail")).body).toMatchObject({ deadLetters: 0 }));

  await page.goto(`${hub.api.url}/ops/console/audit`);
  const told = await page.innerText("table");
  // A pause was taken back once, and the other time refused.
  for (const [verb, times] of Object.entries({ pause: 1, resume: 2, redrive: 1 }))
    expect(told.match(new RegExp(`POST /ops/api/groups/:id/${verb}`, "g"))).toHaveLength(2 * times);
  browser.forgive(/status of 409/);
});

test("a night at work: a paused group, 37 dead letters, a worker that hangs and a schedule missed are mended from the console alone", async () => {
  try {
    const night = await spoilNight(hub);
    const woken = (what: string) => chat.heard.some((text) => text.includes(what));
    const expectWoken = () => expect([`${night.hung} vanished`, "“heartbeat” missed"].map(woken)).toEqual([true, true]);
    // Schedules are looked at every 10 s.
    await eventually(expectWoken, { timeoutMs: 25_000 });
    const page = await openConsole(await browser.person());
    await mendNight(page, hub, { night, mail });
    await findInAudit(page, hub);
    expect(browser.complaints).toEqual([]);
  } finally {
    await endNight(hub);
  }
});

test("what a user has not read is found by their id, marked as read and back, and what it says is there when it is opened", async () => {
  await readInboxOf("ann", await openConsole(await browser.person(), "/inbox"), hub);
  expect(browser.complaints).toEqual([]);
});

test("a worker that was started with other settings is named with what differs, and each value with where it is from", async () => {
  const odd = await hub.start("worker", { SWITCHYARD_WORKER_CONCURRENCY: "20" });
  await compareSettings(await openConsole(await browser.person(), "/settings?kind=worker"), hub);
  await odd.stop();
  expect(browser.complaints).toEqual([]);
});

test("a receiver of alerts is tried from the first screen", async () => {
  const page = await openConsole(await browser.person());
  await page.click("text=Send a test");
  await page.waitForSelector("[role=status] >> text=chat has taken the test.");
  expect(chat.heard.at(-1)).toMatch(/^This is a test of the alerts of Switchyard/);
});

test("a change of what holds for a group is saved, and refused at its field with the bound where it is out of it", async () => {
  await changeSettings(await openConsole(await browser.person(), "/groups/settings"), hub);
  browser.forgive(/status of 400/);
  expect(browser.complaints).toEqual([]);
});

test("a question about what has moved says how, and one about many tasks asks who it is that asks", async () => {
  await hub.post("/v1/groups/moved/pause", { reason: "wrong texts" });
  await hub.post("/v1/tasks", { handler: "test", group: "moved" });
  const page = await openConsole(await browser.person(), "/groups/moved");
  await page.click("text=Cancel what waits…");
  await page.waitForSelector("dialog >> text=Now 1 wait in it");
  for (let count = 0; count < 12; count += 1) await hub.post("/v1/tasks", { handler: "test", group: "moved" });
  for (const key of (await hub.redis.command("KEYS", "sy:hub:{logins}:login:*")) as string[])
    await hub.redis.command("HSET", key, "proved", String(Date.now() - 301_000));
  const act = page.locator("dialog button.grave");
  await page.fill("text=Why, in ten characters or more", "too short");
  await page.fill("text=Type moved to go on", "moved");
  expect(await act.isDisabled()).toBe(true);
  await page.fill("text=Why, in ten characters or more", "all of them have the wrong text");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog >> text=needs a login of the last five minutes");
  // What has to be filled now has the focus.
  await page.keyboard.type("a wrong one");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog >> text=That password is wrong.");
  await page.fill("dialog input[type=password]", hub.opsPassword);
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog .moved >> text=/was 1 → is 13/");
  await page.waitForSelector("dialog:not(:has(input[type=password])) >> text=Now 13 wait in it");
  expect((await hub.get("/v1/groups/moved")).body).toMatchObject({ waiting: 13 });
  await act.click();
  await page.waitForSelector("[role=status] >> text=13 tasks of “moved” cancelled.");
  browser.forgive(/status of 40[39]/);
});

test("all that match are retried at a rate, both numbers said, and the rest stays after an abort; then those of one reason", async () => {
  await makeTrouble("many", 4);
  const page = await openConsole(await browser.person(), "/tasks?q=status:failed+group:many");
  await tabTo(page, "Retry all that match…");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog >> text=4 tasks match now.");
  await page.selectOption("dialog select", "1");
  await page.click("dialog >> text=Retry 4");
  await page.waitForSelector(".bulk-acts >> text=/[12] of 4/");
  await page.click(".bulk-acts >> text=Abort");
  await page.waitForSelector(".bulk-acts >> text=aborted");
  const { deadLetters } = (await hub.get("/v1/groups/many")).body as { deadLetters: number };
  expect(deadLetters).toBeGreaterThan(0);

  await page.goto(`${hub.api.url}/ops/console/groups/many`);
  await page.click(`text=Redrive ${deadLetters}…`);
  await page.waitForSelector(`dialog >> text=/reason:"sh exited with code 1: smtp timeout"/`);
  await page.click(`dialog >> text=Retry ${deadLetters}`);
  await page.waitForSelector(".bulk-acts >> text=finished");
  await eventually(async () => expect((await hub.get("/v1/groups/many")).body).toMatchObject({ deadLetters: 0 }));
  expect(browser.complaints).toEqual([]);
});

let trouble: Promise<unknown> | undefined;

test.each(looks)(
  "at $width px, $colorScheme, $lang, no screen scrolls sideways or has a fault that axe finds",
  async (look) => {
    trouble ??= Promise.all(
      strange.map((name, at) =>
        makeTrouble(name, 1, at === 1 ? "n".repeat(400) : name).then(() => notify(hub, name, name)),
      ),
    );
    await trouble;
    const page = await openConsole(await browser.person(look));
    // Not by a script tag, which the policy of the page refuses.
    await page.addInitScript(axe);
    for (const path of look.places) {
      await page.goto(`${hub.api.url}/ops/console${path}${path.includes("?") ? "&" : "?"}lang=${look.lang}`);
      await page.waitForSelector("main .answer, main .state p");
      await eventually(async () => expect(await page.locator(".later").count()).toBe(0));
      const overflow = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      const turnsText = /[\u202A-\u202E]/.test(await page.innerText("body"));
      expect({ path, overflow, turnsText }).toEqual({ path, overflow: 0, turnsText: false });
      expect({ path, cut: await page.evaluate(stretchWords) }).toEqual({ path, cut: [] });
      if (!look.judged.includes(path)) continue;
      expect({ path, faults: await page.evaluate(findFaults) }).toEqual({ path, faults: [] });
    }
    // The check sees what would be cut.
    const planted =
      "textContent: 'cut', className: 'planted', style: 'width: 1em; overflow: hidden; white-space: nowrap'";
    await page.evaluate(`document.body.append(Object.assign(document.createElement("p"), { ${planted} }))`);
    expect(await page.evaluate(stretchWords)).toEqual([expect.stringMatching(/^P planted /)]);
    expect(browser.complaints).toEqual([]);
  },
);

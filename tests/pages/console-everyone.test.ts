import { readFile } from "node:fs/promises";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashPassword } from "../../apps/api/src/ops/access/password-hash.ts";
import { startBrowser, type TestBrowser } from "./browser.ts";
import { namesOfActs, smallTargets } from "./names-of-acts.ts";
import { findFaults } from "./page-faults.ts";
import { screensOf } from "./places.ts";
import { findAndRetry, logInByKeys, logOutByKeys, pauseAndResume, stayForAMinute } from "./without-a-mouse.ts";

// The console for everybody: by keyboard, by thumb, with a screen reader, and with each role.
let hub: Hub;
let browser: TestBrowser;
let axe: string;
const password = "a long enough password";

beforeAll(async () => {
  const password_hash = await hashPassword(password);
  const users = ["viewer", "operator", "admin"].map((role) => ({
    name: role,
    role,
    password_hash,
  }));
  hub = await startHub({
    gateways: 1,
    settings: {
      ops: { users },
      handlers: {
        test: { kind: "module", module: "handlers/test.ts" },
        mail: { kind: "command", command: ["sh", "-c", "echo 'smtp timeout' >&2; exit 1"] },
      },
    },
  });
  browser = await startBrowser(hub.api.url);
  axe = await readFile(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
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
  const failing = await hub.post("/v1/tasks", { handler: "mail", group: "mail", attempts: 1 });
  await hub.get(`/v1/tasks/${(failing.body as { readonly id: string }).id}?wait=10`);
  await hub.post("/v1/groups/mail/pause", { reason: "smtp is down" });
  await hub.post("/v1/tasks", { handler: "test", group: "mail" });
  await hub.post("/v1/inbox", {
    to: { users: ["ann"] },
    item: { title: "Order 7", body: "paid", category: "orders" },
  });
});
afterAll(async () => {
  await browser?.close();
  await hub?.close();
});

async function openConsole(role: string, look: { readonly width?: number; readonly colorScheme?: "dark" } = {}) {
  const page = await (await browser.person(look)).open("/ops/console", "#password");
  await page.fill("#name", role);
  await page.fill("#password", password);
  await page.keyboard.press("Enter");
  await page.waitForSelector("main .answer");
  return page;
}

/** Runs in the page: two buttons as they should not be, and one that nobody sees. */
const plantTargets = `for (const [text, style] of [["one", ""], ["two", ""], ["far", "position: absolute; left: 3000px"]]) {
  const size = "width: 8px; height: 8px; min-width: 0; min-height: 0; padding: 0;";
  document.querySelector("main").append(Object.assign(document.createElement("button"), { textContent: text, style: size + style }));
}`;

/** Once it shows what it was told, all of it. */
async function goTo(page: Page, path: string): Promise<void> {
  await page.goto(`${hub.api.url}/ops/console${path}`);
  await page.waitForSelector("main .answer, main .state p");
  await eventually(async () => expect(await page.locator(".later, .reading").count()).toBe(0));
}

test("without a mouse: in, a task is found by its id, why it waits and why it failed, retried, its group paused with a note, and out; the focus is never lost", async () => {
  const page = await (await browser.person()).open("/ops/login", "#password");
  await page.clock.install();
  await logInByKeys(page, hub.opsPassword);
  await findAndRetry(page, hub);
  await pauseAndResume(page, hub);
  await stayForAMinute(page, hub);
  await logOutByKeys(page);
  expect(browser.complaints).toEqual([]);
});

test("on a telephone everything can be done that can be done at a desk, and nothing is too small for a finger", async () => {
  const page = await openConsole("admin");
  for (const path of screensOf("mail", "ann")) {
    await page.setViewportSize({ width: 1_280, height: 844 });
    await goTo(page, path);
    const atDesk = await page.evaluate<string[]>(namesOfActs);
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 });
      const names = new Set(await page.evaluate<string[]>(namesOfActs));
      expect({ path, width, missing: atDesk.filter((name) => !names.has(name)) }).toEqual({
        path,
        width,
        missing: [],
      });
      expect({ path, width, small: await page.evaluate(smallTargets) }).toEqual({
        path,
        width,
        small: [],
      });
    }
  }
  // The checks see what is too small, and what is out of reach.
  await page.evaluate(plantTargets);
  expect(await page.evaluate(smallTargets)).toEqual([expect.stringContaining("one"), expect.stringContaining("two")]);
  expect(await page.evaluate(namesOfActs)).toEqual(expect.not.arrayContaining(["far"]));
  expect(browser.complaints).toEqual([]);
});

test.each([{}, { colorScheme: "dark" }] as const)(
  "questions, the palette, the menu and what is not there have no fault that axe finds (%o)",
  async (look) => {
    const page = await openConsole("admin", look);
    await page.addInitScript(axe);
    const judge = async (what: string) =>
      expect({ what, faults: await page.evaluate(findFaults) }).toEqual({ what, faults: [] });
    await goTo(page, "/groups/mail");
    for (const question of ["Redrive", "Cancel what waits…"]) {
      await page.click(`button:has-text("${question}") >> nth=0`);
      await page.waitForSelector("dialog[open]");
      await judge(question);
      await page.keyboard.press("Escape");
      await page.waitForSelector("dialog", { state: "detached" });
    }
    await page.keyboard.press("Control+k");
    await page.waitForSelector("dialog[open]");
    await judge("palette");
    await page.keyboard.press("Escape");
    await page.click(".user");
    await judge("menu");
    for (const path of ["/groups?status=active", "/tasks?q=user:nobody", "/inbox/nobody", "/tasks/t_gone"]) {
      await goTo(page, path);
      await judge(path);
    }
    // What is not there is answered 404, and what is no id 400, which the page shows.
    browser.forgive(/status of 40[04]/);
    expect(browser.complaints).toEqual([]);
  },
);

test.each(["viewer", "operator"])(
  "a %s breaks no policy of the page, and is shown nothing that is refused",
  async (role) => {
    const page = await openConsole(role);
    const links = await page.locator("nav a").evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
    expect(links.length).toBeGreaterThan(4);
    for (const link of [...links, "/ops/console/groups/mail", "/ops/console/schedules/nightly"]) {
      await page.goto(hub.api.url + link);
      await page.waitForSelector("main .answer, main .state p");
    }
    expect(browser.complaints).toEqual([]);
  },
);

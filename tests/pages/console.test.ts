import { readFile } from "node:fs/promises";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowser, type Person, type TestBrowser } from "./browser.ts";

// The console as an operator has it at night: a real Chromium on a real hub, in which things go wrong.
let hub: Hub;
let browser: TestBrowser;
let axe: string;

beforeAll(async () => {
  hub = await startHub({
    gateways: 1,
    settings: {
      handlers: {
        test: { kind: "module", module: "handlers/test.ts" },
        mail: { kind: "command", command: ["sh", "-c", "echo 'smtp timeout' >&2; exit 1"] },
      },
    },
  });
  browser = await startBrowser(hub.api.url);
  axe = await readFile(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
});
afterAll(async () => {
  await browser?.close();
  await hub?.close();
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
async function makeTrouble(group: string, failed: number): Promise<void> {
  for (let count = 0; count < failed; count += 1) await hub.post("/v1/tasks", { handler: "mail", group, attempts: 1 });
  await eventually(async () =>
    expect((await hub.get(`/v1/groups/${group}`)).body).toMatchObject({ deadLetters: failed, active: 0 }),
  );
  await hub.post(`/v1/groups/${group}/pause`, { reason: "打印机坏了" });
  await hub.post("/v1/tasks", { handler: "test", group });
}

test("what is wrong stands on top and is mended from there, and each act is in the audit", async () => {
  await makeTrouble("mail", 3);
  const page = await openConsole(await browser.person());
  await page.waitForSelector("h1:has-text('2 things need you')");
  expect(await page.title()).toBe("(2) Overview · Switchyard");
  const needs = page.locator(".needs li");
  expect(await needs.allInnerTexts()).toEqual([
    expect.stringMatching(/Group “mail” is paused, 1 task waits\n+打印机坏了/),
    expect.stringMatching(/3 tasks of “mail” failed for good\n+.*smtp timeout \(3\)/),
  ]);

  // At a click, and back at another: what waited has run by then, so it is paused and empty.
  await page.click("text=Resume");
  await page.waitForSelector("[role=status] >> text=Group “mail” goes on.");
  await page.click("text=Undo");
  await eventually(async () =>
    expect((await hub.get("/v1/groups/mail")).body).toMatchObject({ status: "paused", reason: "打印机坏了" }),
  );

  // What cannot be undone asks first; Escape leaves it and gives the focus back.
  await page.click("text=Redrive…");
  await page.waitForSelector("dialog >> text=3 tasks go to the end of the group");
  expect(await page.innerText("dialog")).toContain("The group is paused: they wait until it is resumed.");
  await page.keyboard.press("Escape");
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Redrive…");
  await page.keyboard.press("Enter");
  await page.click("dialog >> text=Redrive 3");
  await page.waitForSelector("[role=status] >> text=3 tasks of “mail” queued again.");
  await eventually(async () =>
    expect((await hub.get("/v1/groups/mail")).body).toMatchObject({ deadLetters: 0, waiting: 3 }),
  );

  await page.goto(`${hub.api.url}/ops/audit`);
  const told = await page.innerText("table");
  for (const verb of ["pause", "resume", "redrive"])
    expect(told.match(new RegExp(`POST /ops/api/groups/:id/${verb}`, "g"))).toHaveLength(2);
});

const looks = [
  { width: 320, colorScheme: "light", lang: "zh" },
  { width: 1280, colorScheme: "dark", lang: "en" },
] as const;
const paths = [""];

test.each(looks)(
  "at $width px, $colorScheme, $lang, no screen scrolls sideways or has a fault that axe finds",
  async (look) => {
    await makeTrouble("a-very-long-name.".repeat(7), 1);
    const page = await openConsole(await browser.person(look));
    // Not by a script tag, which the policy of the page refuses.
    await page.addInitScript(axe);
    for (const path of paths) {
      await page.goto(`${hub.api.url}/ops/console${path}?lang=${look.lang}`);
      await page.waitForSelector("main .answer");
      const overflow = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect({ path, overflow }).toEqual({ path, overflow: 0 });
      expect({ path, faults: await page.evaluate(findFaults) }).toEqual({ path, faults: [] });
    }
  },
);

/** Runs in the page: rules of WCAG 2.2 AA it breaks, and where. */
const findFaults = `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 120))))`;

test("while Redis is away what was shown stays, with its age, and it goes on by itself", async () => {
  const page = await openConsole(await browser.person());
  hub.redis.signal("SIGSTOP");
  await page.waitForSelector(".banner.bad >> text=/Redis does not answer.*What is shown is/");
  expect(await page.innerText(".figures")).toContain("Waiting");
  expect(page.url()).toBe(`${hub.api.url}/ops/console`);
  hub.redis.signal("SIGCONT");
  await page.waitForSelector(".banner.bad", { state: "detached" });
  // The browser itself says that it was answered 503, which the page shows.
  expect(browser.complaints.every((complaint) => complaint.includes("status of 503"))).toBe(true);
});

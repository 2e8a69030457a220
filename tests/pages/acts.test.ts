import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startBrowser, type TestBrowser } from "./browser.ts";

// What the console does to tasks and groups: that a refusal loses nothing, and what is told of it afterwards.
let hub: Hub;
let browser: TestBrowser;

beforeAll(async () => {
  hub = await startHub({
    gateways: 1,
    settings: {
      handlers: {
        test: { kind: "module", module: "handlers/test.ts" },
        mail: { kind: "command", command: ["sh", "-c", "echo 'smtp timeout' >&2; exit 1"] },
        hang: { kind: "command", command: ["sleep", "60"] },
      },
    },
  });
  browser = await startBrowser(hub.api.url);
});
afterAll(async () => {
  await browser?.close();
  await hub?.close();
});

/** Logged in, with a window so large that no row of a table is a card. */
async function openConsole(path: string): Promise<Page> {
  const page = await (await browser.person()).open(`/ops/console${path}`, "#password");
  await page.fill("#password", hub.opsPassword);
  await page.keyboard.press("Enter");
  await page.waitForSelector("main .answer");
  return page;
}

/** @returns the ids of what has failed for good, the newest first */
async function fail(group: string, count: number): Promise<readonly string[]> {
  const tasks = Array.from({ length: count }, () => ({ handler: "mail", group, attempts: 1 }));
  await hub.post("/v1/tasks/batch", { tasks });
  const dead = async () => ((await hub.get(`/v1/groups/${group}/dead`)).body as DeadPage).deadLetters;
  await eventually(async () => expect(await dead()).toHaveLength(count));
  return (await dead()).map(({ id }) => id);
}

interface DeadPage {
  readonly deadLetters: readonly { readonly id: string }[];
}

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly shown: string;
}
const refusals: readonly Refusal[] = [
  { status: 403, code: "forbidden", shown: "You may not do this" },
  { status: 409, code: "state_moved", shown: "is 9" },
  { status: 422, code: "invalid_request", shown: "made up by a test" },
  { status: 503, code: "unavailable", shown: "Redis" },
  { status: 401, code: "unauthorized", shown: "log in" },
];
/** What the fields of anything have become meanwhile. */
const now = { paused: 9, reason: "is 9", waiting: 9, deadLetters: 9, status: "is 9", state: "is 9", note: "is 9" };

/** Every change that the page asks for is refused in this way, until another is set. */
async function refuse(page: Page): Promise<{ as: Refusal }> {
  const how = { as: refusals[0] as Refusal };
  await page.route("**/ops/api/**", (route) => {
    const url = route.request().url();
    if (route.request().method() === "GET" || url.endsWith("/count")) return route.continue();
    const { status, code } = how.as;
    return route.fulfill({ status, json: { error: { code, message: "made up by a test" }, now } });
  });
  return how;
}

/** Fills every field of a question, with what it asks for. */
async function fillQuestion(page: Page): Promise<void> {
  for (const label of await page.locator("dialog label").all()) {
    const field = page.locator(`dialog input[id="${await label.getAttribute("for")}"]`);
    if ((await field.count()) === 0) continue;
    const [, retyped] = /^Type (.*) to go on$/.exec(await label.innerText()) ?? [];
    await field.fill(retyped ?? "because nobody wants them");
  }
}
const typedIn = (page: Page, at: string) =>
  page
    .locator(`${at} input`)
    .evaluateAll((inputs) => inputs.map((input) => (input as unknown as { value: string }).value));

test("an act that is refused keeps what was typed, whatever it is refused for", { timeout: 120_000 }, async () => {
  const [dead = ""] = await fail("acts", 2);
  for (let count = 0; count < 3; count += 1) await hub.post("/v1/tasks", { handler: "hang", group: "acts" });
  const waiting = (await hub.post("/v1/tasks", { handler: "hang", group: "acts" })).body as { readonly id: string };
  await fetch(`${hub.api.url}/v1/schedules/nightly`, {
    method: "PUT",
    headers: { "content-type": "application/json", "x-api-key": hub.apiKey },
    body: JSON.stringify({ cron: "0 2 * * *", timeZone: "UTC", task: { handler: "test", data: {} } }),
  });
  await hub.post("/v1/inbox", { to: { users: ["ann"] }, item: { title: "Order 7 was paid" } });
  const page = await openConsole("/groups/acts");
  page.setDefaultTimeout(15_000);
  const how = await refuse(page);
  const questions: readonly (readonly [path: string, ...acts: string[]])[] = [
    ["/groups/acts", "Pause…", "Redrive…", "Discard…", "Cancel what waits…", "Cancel all…", "Discard 2…", "Redrive 2…"],
    [`/tasks/${dead}`, "Discard…"],
    [`/tasks/${waiting.id}`, "Cancel task…"],
    ["/tasks?q=status:failed", "Retry all that match…", "Discard all that match…"],
    ["/schedules/nightly", "Run now…", "Pause…"],
    ["/inbox/ann", "Mark all as read…", "Remove…", "Erase inbox…"],
  ];
  let asked = 0;
  for (const [path, ...acts] of questions) {
    await page.goto(`${hub.api.url}/ops/console${path}`);
    for (const act of acts) {
      await page.locator(`main button:text-is("${act}")`).first().click();
      await page.waitForSelector("dialog[open]");
      await fillQuestion(page);
      const typed = await typedIn(page, "dialog");
      // The first for each reason, the others for one after the other: they share what a refusal is shown by.
      for (const refusal of asked === 0 ? refusals : [refusals[asked % refusals.length] as Refusal]) {
        how.as = refusal;
        await page.click("dialog button[type=submit]:enabled");
        // What has moved is shown field by field where somebody decided by what they saw, and told in words elsewhere.
        await page.waitForSelector("dialog >> :is([role=alert], .moved)");
        await page.waitForSelector("dialog button[type=submit]:enabled");
        expect({ path, act, refusal, typed: await typedIn(page, "dialog") }).toEqual({ path, act, refusal, typed });
      }
      asked += 1;
      await page.keyboard.press("Escape");
      await page.waitForSelector("dialog", { state: "detached" });
    }
  }
  await page.goto(`${hub.api.url}/ops/console/groups/acts`);
  await page.fill("text=At the same time", "7");
  const typed = await typedIn(page, ".fields");
  for (const refusal of refusals.filter(({ status }) => status !== 409)) {
    how.as = refusal;
    await page.click("text=Save");
    await page.waitForSelector(`.toast >> text=${refusal.shown}`);
    expect(await typedIn(page, ".fields")).toEqual(typed);
    await page.click("[aria-label=Dismiss]");
  }
  browser.forgive(/status of \d+/);
  expect(browser.complaints).toEqual([]);
  // A worker that stops would wait for what hangs.
  await hub.post("/v1/groups/acts/cancel", {});
});

test("dead letters are discarded one by one, by their reason and all of a group, and a task tells who has run it again", async () => {
  const [one = "", other = ""] = await fail("gone", 5);
  const page = await openConsole(`/tasks/${one}`);
  await page.click("text=Retry");
  await page.waitForSelector(`[role=status] >> text=${one} is queued again.`);
  await page.waitForSelector(".attempts .act >> text=/Enqueued again.*by break-glass/");
  await eventually(async () => expect(await page.locator(".attempts .failed").count()).toBe(2));
  // Told between the attempts of one life and of the next.
  expect(await page.locator(".attempts > li").evaluateAll((rows) => rows.map((row) => row.className))).toEqual([
    "failed",
    "act",
    "failed",
  ]);
  await page.waitForSelector(".course-list >> text=Enqueued again");
  await page.click("text=Discard…");
  await page.fill("text=Why, for the audit", "the customer has left");
  await page.click("dialog button.grave");
  await page.waitForSelector(`[role=status] >> text=${one} is discarded.`);
  await page.waitForSelector(".attempts .act >> text=/Discarded.*by break-glass/");
  expect(await page.innerText(".attempts")).toContain("the customer has left");
  // Nothing more can be done to it, and it still says why it failed.
  await page.waitForSelector("text=Retry", { state: "detached" });
  expect(await page.innerText("main")).toContain("smtp timeout");

  await page.goto(`${hub.api.url}/ops/console/groups/gone`);
  await page.locator("tr", { hasText: other }).locator("text=Discard…").click();
  await page.click("dialog button.grave");
  await page.waitForSelector(`[role=status] >> text=${other} is discarded.`);
  await page.click("text=Discard 3…");
  await page.waitForSelector(`dialog >> text=/reason:"sh exited with code 1: smtp timeout"/`);
  await page.click("dialog >> text=Discard 3");
  await page.waitForSelector(".bulk-acts >> text=finished");
  const deadIn = async () => ((await hub.get("/v1/groups/gone")).body as { deadLetters: number }).deadLetters;
  await eventually(async () => expect(await deadIn()).toBe(0));

  await fail("gone", 3);
  await page.locator("header >> text=Discard…").click();
  await page.fill("text=Why, in ten characters or more", "nobody wants these any more");
  await page.fill("text=Type gone to go on", "gone");
  await page.click("dialog button.grave");
  await page.waitForSelector("[role=status] >> text=3 dead letters of “gone” discarded.");
  expect(await deadIn()).toBe(0);
  expect(browser.complaints).toEqual([]);
});

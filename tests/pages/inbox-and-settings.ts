import { eventually } from "@switchyard/testkit/eventually";
import type { Hub } from "@switchyard/testkit/hub";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** An item in the inbox of a user. */
export function notify(hub: Hub, user: string, title: string): Promise<unknown> {
  return hub.post("/v1/inbox", { to: { users: [user] }, item: { title, body: title, category: "orders" } });
}

/** From the page that asks whose inbox: what is unread is marked and unmarked, opened, and all of it marked. */
export async function readInboxOf(user: string, page: Page, hub: Hub): Promise<void> {
  await notify(hub, user, "Order 7 was paid");
  await notify(hub, user, "Order 8 was paid");
  // No address can hold it, and it is not taken for the way up.
  await page.fill("[aria-label='Id of a user']", "..");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[role=alert] >> text=The inbox of “..” cannot be asked for");
  await page.click("[aria-label=Dismiss]");
  await page.fill("[aria-label='Id of a user']", user);
  await page.keyboard.press("Enter");
  await page.waitForSelector(`h1:has-text('${user}')`);
  const expectUnread = (count: string) =>
    eventually(async () => expect(await page.innerText(".figures .value >> nth=0")).toBe(count));
  await expectUnread("2");
  await page.click("[aria-label='Mark as read: Order 8 was paid']");
  await expectUnread("1");
  await page.click("text=Undo");
  await expectUnread("2");
  expect(await page.locator(".opened").count()).toBe(0);
  await page.click("summary:has-text('Order 7 was paid')");
  await page.waitForSelector(".opened .said >> text=Order 7 was paid");
  await page.click("text=Mark all as read…");
  await page.waitForSelector("dialog >> text=2 unread items of ann, on every device.");
  await page.click("dialog button.main");
  await page.waitForSelector("[role=status] >> text=2 items marked as read, on every device.");
  expect((await hub.get(`/v1/inbox/${user}/counts`)).body).toMatchObject({ counts: { unread: 0, total: 2 } });
}

/** From the settings of workers, of which one has another `worker.concurrency`; a night before may have left a worker more. */
export async function compareSettings(page: Page, hub: Hub): Promise<void> {
  await page.waitForSelector(
    "text=/1 of 3 workers runs with other settings|The 2 workers run with 2 different settings/",
  );
  const differs = page.locator("section", { has: page.locator("h2:has-text('What differs')") });
  expect(await differs.locator("tbody tr").allInnerTexts()).toEqual([
    expect.stringMatching(
      /^worker\.concurrency\s+(10 \S+\s+20 SWITCHYARD_WORKER_CONCURRENCY|20 SWITCHYARD_WORKER_CONCURRENCY\s+10 \S+)$/,
    ),
  ]);
  // The list has the values of those that are chosen.
  const row = page.locator(".settings-list tr", { has: page.locator("code:text-is('worker.concurrency')") });
  const value = row.locator("td >> nth=0");
  const choice = page.locator("label:has-text('Values of') select");
  const first = await value.innerText();
  await choice.selectOption({ index: 1 });
  await eventually(async () => expect([first, await value.innerText()].toSorted()).toEqual(["10", "20"]));
  await page.fill("[aria-label='Find a setting']", "SWITCHYARD_REDIS_URL");
  const found = page.locator(".settings-list tbody tr");
  await eventually(async () => expect(await found.count()).toBe(1));
  expect(await found.innerText()).toMatch(/redis\.url[^]*redis:\/\/[^]*SWITCHYARD_REDIS_URL/);
  await page.goto(`${hub.api.url}/ops/console/settings?kind=api`);
  await page.waitForSelector("text=The api runs with these settings.");
  expect(await page.innerText("main")).not.toContain(hub.apiKey);
}

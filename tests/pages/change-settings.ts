import { eventually } from "@switchyard/testkit/eventually";
import type { Hub } from "@switchyard/testkit/hub";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** At the group `settings`, of which nothing is set: what is refused is said at its field, by its label, until it is right. */
export async function changeSettings(page: Page, hub: Hub): Promise<void> {
  const takeBack = page.locator("button:text-is('Take back')");
  expect(await takeBack.isDisabled()).toBe(true);
  await page.fill("text=At the same time", "4");
  await page.fill("text=Starts at most", "10/1s");
  await page.click("text=Save");
  await page.waitForSelector(".fields [role=alert]:text-is('Must be a whole number.')");
  expect(await page.locator(".toast").count()).toBe(0);
  // What has to be written otherwise has the focus.
  const focused = page.locator("input:focus");
  expect([await focused.getAttribute("aria-invalid"), await focused.inputValue()]).toEqual(["true", "10/1s"]);
  await focused.fill("10");
  expect(await page.locator(".fields [role=alert]").count()).toBe(0);
  await page.selectOption("[aria-label='Unit of time']", "60000");
  await page.click("text=Save");
  await page.waitForSelector("[role=status] >> text=Saved; it holds now.");
  const set = { concurrency: 4, rate: { max: 10, perMs: 60_000 } };
  expect((await hub.get("/v1/groups/settings")).body).toMatchObject({ settings: set });
  await takeBack.click();
  await page.waitForSelector("[role=status] >> text=The settings file holds again.");
  await eventually(async () => expect(await takeBack.isDisabled()).toBe(true));
}

import type { Hub } from "@switchyard/testkit/hub";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/**
 * Somebody else pauses the group `mail` between Resume and its Undo: nothing is taken back, and their note is shown and stays. Then it is
 * as before, paused for this reason and just resumed.
 */
export async function actBetween(page: Page, hub: Hub, reason: string): Promise<void> {
  const path = "/v1/groups/mail";
  await hub.post(`${path}/pause`, { reason: "ada: do not touch" });
  await page.click("text=Undo");
  await page.waitForSelector("[role=alert] >> text=/Nothing was done.*ada: do not touch/");
  expect((await hub.get(path)).body).toMatchObject({ reason: "ada: do not touch" });
  await page.click("[aria-label=Dismiss]");
  await hub.post(`${path}/resume`, {});
  await hub.post(`${path}/pause`, { reason });
  await page.waitForSelector(`.needs >> text=${reason}`);
  await page.click("text=Resume");
  await page.waitForSelector("[role=status] >> text=Group “mail” goes on.");
}

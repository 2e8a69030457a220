import type { Page } from "playwright-core";

/** Runs in the page: what has the focus says of itself. */
const focused =
  "(document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '').trim()";

/** Presses Tab until what has the focus says this. */
export async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if ((await page.evaluate<string>(focused)) === text) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no way to ${text}`);
}

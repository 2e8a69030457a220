import type { Page } from "playwright-core";

/**
 * So many answers to what the console asks every two seconds, by its own clock, which passes as fast as they come. The page's clock has been
 * installed before it was opened.
 */
export async function pollTimes(page: Page, count: number): Promise<void> {
  for (let times = 0; times < count; times += 1) {
    const answered = page.waitForResponse(/ops\/api\/overview/);
    await page.clock.runFor(2_100);
    await answered;
  }
}

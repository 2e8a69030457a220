import { eventually } from "@switchyard/testkit/eventually";
import type { Hub } from "@switchyard/testkit/hub";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { pollTimes } from "./poll-times.ts";
import { tabTo } from "./tab-to.ts";

/** Runs in the page: what has the focus, as somebody hears it. */
const focused = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent";

/** By the palette. */
async function find(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
  await page.waitForSelector(`h1:has-text("${text}")`);
}

/** From the page of the login, whose clock is the test's: in, with nothing but the name of the break-glass password. */
export async function logInByKeys(page: Page, password: string): Promise<void> {
  await page.keyboard.press("Tab");
  for (let presses = 0; (await page.evaluate("document.activeElement.id")) !== "password"; presses += 1) {
    expect(presses).toBeLessThan(10);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.waitForSelector("main .answer");
}

/** A failed task is found and retried, and it is said why another one waits. The groups are `letters`, and `held`, which is paused. */
export async function findAndRetry(page: Page, hub: Hub): Promise<void> {
  const enqueue = async (handler: string, group: string) =>
    ((await hub.post("/v1/tasks", { handler, group, attempts: 1 })).body as { readonly id: string }).id;
  await hub.post("/v1/groups/held/pause", { reason: "no paper" });
  const [failed, waiting] = [await enqueue("mail", "letters"), await enqueue("test", "held")];
  await hub.get(`/v1/tasks/${failed}?wait=10`);
  await find(page, waiting);
  await page.waitForSelector("main >> text=/paused.*no paper/");
  await find(page, failed);
  await page.waitForSelector("text=exited with code 1: smtp timeout");
  await tabTo(page, `Retry ${failed}`);
  await page.keyboard.press("Enter");
  await page.waitForSelector(`[role=status] >> text=${failed} is queued again.`);
  await eventually(async () => expect(await page.evaluate("document.activeElement.tagName")).not.toBe("BODY"));
}

/** A group is paused with a note and resumed, and that is taken back. */
export async function pauseAndResume(page: Page, hub: Hub): Promise<void> {
  await find(page, "letters");
  await tabTo(page, "Pause “letters”");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog[open]");
  // What is typed at once is the note, spaces and all.
  await page.keyboard.type("smtp is down");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".screen-head >> text=smtp is down");
  const expectPaused = async () =>
    expect((await hub.get("/v1/groups/letters")).body).toMatchObject({
      status: "paused",
      reason: "smtp is down",
    });
  await expectPaused();
  // The button it was done by is another one now.
  await eventually(async () => expect(await page.evaluate("document.activeElement.id")).toBe("main"));
  await tabTo(page, "Resume “letters”");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[role=status] >> text=Group “letters” goes on.");
  // From wherever one is it is taken back, and the other way, too.
  await page.keyboard.press("u");
  await page.waitForSelector("[role=status] >> text=Taken back: Resume “letters”.");
  await expectPaused();
}

/** Somebody stands on a button of the first screen for a minute in which rows come and go above it. */
export async function stayForAMinute(page: Page, hub: Hub): Promise<void> {
  // Single letters go to screens.
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await tabTo(page, "Resume “held”");
  for (let turn = 0; turn < 10; turn += 1) {
    await hub.post(`/v1/groups/come-and-go/${turn % 2 === 0 ? "pause" : "resume"}`, {
      reason: `turn ${turn}`,
    });
    if (turn === 0) await hub.post("/v1/tasks", { handler: "test", group: "come-and-go" });
    await pollTimes(page, 3);
    expect(await page.evaluate(focused)).toBe("Resume “held”");
  }
  // It is seen where one is.
  expect(await page.evaluate("document.activeElement.matches(':focus-visible')")).toBe(true);
}

export async function logOutByKeys(page: Page): Promise<void> {
  await tabTo(page, "break-glass");
  await page.keyboard.press("Enter");
  await tabTo(page, "Log out");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/ops/login**");
}

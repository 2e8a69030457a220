import { join } from "node:path";
import type { Hub } from "@switchyard/testkit/hub";
import { chromium, type Browser, type Page } from "playwright-core";
import { operatorName, operatorPassword } from "./console-hub.ts";
import { type Look, looks, nameOf, type Screen, type Stage } from "./stage.ts";

/** A long list is judged by its first rows. */
const highestPx = 2_400;
const over = "dialog[open], .toast, .sheet";
const answered = "main .answer, main .state p";

export interface Picture {
  readonly stage: Stage;
  readonly screen: Screen;
  readonly look: Look;
  /** Within the folder. */
  readonly file: string;
}

export interface Pictures {
  readonly folder: string;
  readonly isWanted: (name: string) => boolean;
  readonly say: (line: string) => void;
}

/** Opens each screen once per language, and looks at it in both themes and widths. */
export async function takePictures(
  stage: Stage,
  { executablePath, ...pictures }: Pictures & { readonly executablePath: string },
): Promise<readonly Picture[]> {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
  const hub = await stage.open().catch(async (error: unknown) => {
    await browser.close();
    throw error;
  });
  try {
    const page = await logIn(browser, hub);
    await stage.spoil?.(hub, page);
    const outside = await (await browser.newContext()).newPage();
    const taken: Picture[] = [];
    for (const screen of stage.screens)
      for (const lang of ["en", "zh"] as const)
        taken.push(...(await takeOne({ stage, screen, hub, page: screen.isOutside ? outside : page }, lang, pictures)));
    return taken;
  } finally {
    await browser.close();
    await hub.close();
  }
}

interface Sitting {
  readonly stage: Stage;
  readonly screen: Screen;
  readonly hub: Hub;
  readonly page: Page;
}

async function takeOne(
  { stage, screen, hub, page }: Sitting,
  lang: Look["lang"],
  { folder, isWanted, say }: Pictures,
): Promise<readonly Picture[]> {
  const wanted = looks.filter((look) => look.lang === lang && isWanted(nameOf(stage, screen, look)));
  const taken: Picture[] = [];
  if (wanted.length === 0) return taken;
  try {
    await screen.prepare?.(page, hub);
    await page.goto(`${hub.api.url}/ops/${screen.path}${screen.path.includes("?") ? "&" : "?"}lang=${lang}`);
    await page.waitForSelector(screen.ready ?? answered);
    await page.waitForSelector("main .reading", { state: "detached" });
    await screen.act?.(page, hub);
    for (const look of wanted) {
      const file = `${nameOf(stage, screen, look)}.png`;
      await page.setViewportSize({ width: look.width, height: 844 });
      await page.emulateMedia({ colorScheme: look.theme, reducedMotion: "reduce" });
      await page.screenshot({ path: join(folder, file), ...(await extentOf(page, look)) });
      taken.push({ stage, screen, look, file });
    }
  } catch (error) {
    // The others are worth looking at all the same.
    say(`${stage.name} ${screen.name} ${lang}: ${String(error).split("\n")[0]}`);
    process.exitCode = 1;
  } finally {
    await screen.undo?.(page, hub);
  }
  return taken;
}

/** All of the page, or where something lies over it what is seen of it. */
async function extentOf(page: Page, { width }: Look) {
  if ((await page.locator(over).count()) > 0) return {};
  const height = Math.min(highestPx, await page.evaluate<number>("document.documentElement.scrollHeight"));
  return { fullPage: true, clip: { x: 0, y: 0, width, height } };
}

async function logIn(browser: Browser, hub: Hub): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 844 } });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(`${hub.api.url}/ops/console`);
  await page.fill("#name", operatorName);
  await page.fill("#password", operatorPassword);
  await page.keyboard.press("Enter");
  await page.waitForSelector("main .answer");
  return page;
}

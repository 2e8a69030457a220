import { ensurePrograms } from "@switchyard/provision/ensure-programs";
import { programs } from "@switchyard/provision/program";
import { chromium, type Page } from "playwright-core";

export const opsPassword = "bench-ops-password-0123456789";

/** A real Chromium in which somebody has logged in to the console. */
export interface OperatorBrowser {
  readonly page: Page;
  /** What `/ops/api` has taken for each answer since it was last asked, from the request's begin to the answer's end. */
  takeServerTimes(): readonly number[];
  /** What it was asked for since then, each once. */
  takeAsked(): readonly string[];
  close(): Promise<void>;
}

export async function openOperatorBrowser(apiUrl: string): Promise<OperatorBrowser> {
  const { chromium: executablePath } = await ensurePrograms(
    { chromium: programs.chromium },
    { environment: process.env, say: console.log },
  );
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
  const browser = await chromium.launch({ executablePath, args });
  const page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
  let times: number[] = [];
  let asked = new Set<string>();
  page.on("requestfinished", (request) => {
    const { pathname, search } = new URL(request.url());
    if (!pathname.startsWith("/ops/api/")) return;
    asked.add(pathname + search);
    const { requestStart, responseEnd } = request.timing();
    times.push(responseEnd - requestStart);
  });
  await page.goto(`${apiUrl}/ops/console`);
  await page.fill("#password", opsPassword);
  await page.keyboard.press("Enter");
  await page.waitForSelector("main .answer");
  return {
    page,
    takeServerTimes() {
      const taken = times;
      times = [];
      return taken;
    },
    takeAsked() {
      const taken = [...asked];
      asked = new Set();
      return taken;
    },
    close: () => browser.close(),
  };
}

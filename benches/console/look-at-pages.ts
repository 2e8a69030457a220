import { median } from "../report/median.ts";
import type { OperatorBrowser } from "./operator-browser.ts";
import type { SeededStock } from "./seed-tasks.ts";

export interface PageLooks {
  readonly path: string;
  /** From the address to the first answer on the page: the median and the worst. */
  readonly shownMs: number;
  readonly worstMs: number;
  /** The slowest answer of the api. */
  readonly serverMs: number;
  readonly asked: readonly string[];
}

const answered = "main .answer, main .state p";

/** Every screen and every filter, looked at anew some times. */
export async function lookAtPages(
  browser: OperatorBrowser,
  { paths, looks, origin }: { readonly paths: readonly string[]; readonly looks: number; readonly origin: string },
): Promise<readonly PageLooks[]> {
  const { page } = browser;
  const figures: PageLooks[] = [];
  const look = async (path: string) => {
    const beganMs = performance.now();
    await page.goto(`${origin}/ops/console${path}`, { waitUntil: "commit" });
    await page.waitForSelector(answered);
    await page.waitForSelector("main .reading", { state: "detached" });
    return performance.now() - beganMs;
  };
  for (const path of paths) {
    // Redis compiles each script when it first sees it.
    await look(path);
    // Nothing of the screen before is still asked for.
    await page.goto("about:blank");
    browser.takeServerTimes();
    browser.takeAsked();
    const shown: number[] = [];
    while (shown.length < looks) shown.push(await look(path));
    await page.goto("about:blank");
    figures.push({
      path,
      shownMs: median(shown),
      worstMs: Math.max(...shown),
      serverMs: Math.max(0, ...browser.takeServerTimes()),
      // Its first answers: where nothing was found yet a search goes on by itself, which the time to a rare value tells of.
      asked: browser.takeAsked().filter((path) => !path.includes("cursor=")),
    });
  }
  return figures;
}

export function pathsOf({ group, handler, rareId }: SeededStock): readonly string[] {
  const statuses = ["queued", "running", "retrying", "succeeded", "failed", "cancelled"];
  const searches = [
    ...statuses.map((status) => `status:${status}`),
    `group:${group}`,
    `status:failed group:${group}`,
    `handler:${handler}`,
    `status:failed handler:${handler}`,
    "user:user-7",
    "status:failed since:1h",
    'status:failed reason:"smtp timeout"',
  ];
  return [
    "",
    "/tasks",
    ...searches.map((q) => `/tasks?q=${encodeURIComponent(q)}`),
    `/tasks/${rareId}`,
    "/groups",
    ...["paused", "ready", "idle"].map((status) => `/groups?status=${status}`),
    `/groups/${group}`,
    "/workers",
    "/nodes",
    "/schedules",
    "/audit",
  ];
}

/** How long until a value that one task of all has is on the page, which goes on by itself, and pressing on where it says that there is more. */
export async function findRare({ page }: OperatorBrowser, origin: string, user: string): Promise<number> {
  const beganMs = performance.now();
  await page.goto(`${origin}/ops/console/tasks?q=${encodeURIComponent(`user:${user}`)}`, { waitUntil: "commit" });
  while (performance.now() < beganMs + patienceMs) {
    const found = page.locator("main tbody tr").first();
    if (await found.waitFor({ timeout: 5_000 }).then(yes, no)) return performance.now() - beganMs;
    await page.locator("main .pages a").last().click({ timeout: 1_000 }).catch(no);
  }
  throw new Error(`nothing of ${user} was found within ${patienceMs} ms`);
}

const patienceMs = 40_000;
const yes = () => true;
const no = () => false;

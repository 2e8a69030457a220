import type { Hub } from "@switchyard/testkit/hub";
import type { Page } from "playwright-core";
import type { Screen } from "./stage.ts";

/** Every screen that is there without anything being there. */
export const allScreens: readonly Screen[] = [
  { name: "overview", path: "console" },
  { name: "tasks", path: "console/tasks" },
  { name: "groups", path: "console/groups" },
  { name: "workers", path: "console/workers" },
  { name: "nodes", path: "console/nodes" },
  { name: "schedules", path: "console/schedules" },
  { name: "channels", path: "console/channels" },
  { name: "inbox", path: "console/inbox" },
  { name: "audit", path: "console/audit" },
  { name: "settings", path: "console/settings?kind=worker" },
];

export const besideScreens: readonly Screen[] = [
  { name: "login", path: "login", ready: "form", isOutside: true },
  { name: "connections", path: "connections", ready: "main" },
  { name: "answers", path: "answers", ready: "main" },
  { name: "sessions", path: "sessions", ready: "main" },
  { name: "board", path: "queues", ready: "main" },
  { name: "not-there", path: "console/nothing", ready: "main .state p" },
  { name: "unknown-task", path: "console/tasks/t_00000000000000000000", ready: "main .state p" },
  {
    name: "palette",
    path: "console",
    act: async (page) => {
      await page.keyboard.press("Control+k");
      await page.waitForSelector("dialog[open]");
    },
  },
  {
    name: "menu",
    path: "console",
    act: async (page) => page.click(".settings > button"),
  },
];

/** A button that asks. */
export function dialogOf(name: string, path: string, button: string, fill?: Readonly<Record<string, string>>): Screen {
  return {
    name: `dialog-${name}`,
    path,
    act: async (page) => {
      await page.click(button);
      await page.waitForSelector("dialog[open]");
      await page.waitForFunction(`!/Counting|统计中/.test(document.querySelector("dialog").textContent)`);
      for (const [field, text] of Object.entries(fill ?? {})) await page.fill(`dialog ${field}`, text);
    },
  };
}

/** The login of whoever looks is older than an act on many allows. */
export async function ageLogins({ redis }: Hub): Promise<void> {
  for (const key of (await redis.command("KEYS", "sy:hub:{logins}:login:*")) as string[])
    await redis.command("HSET", key, "proved", String(Date.now() - 301_000));
}

/** What stands in the way of an act on many: who it is that asks. */
export function stepUp(path: string, button: string, typed: string): Screen {
  const dialog = dialogOf("step-up", path, button);
  return {
    ...dialog,
    act: async (page: Page, hub) => {
      await ageLogins(hub);
      await dialog.act?.(page, hub);
      await page.fill("dialog input >> nth=0", "all of them have the wrong text");
      await page.fill("dialog input >> nth=1", typed);
      await page.keyboard.press("Enter");
      await page.waitForSelector("dialog .proof");
    },
  };
}

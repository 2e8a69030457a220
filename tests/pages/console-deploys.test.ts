import { startHub, type Hub } from "@switchyard/testkit/hub";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AlternatingFront, openAlternatingFront } from "./alternating-front.ts";
import { startBrowser, type TestBrowser } from "./browser.ts";
import { pollTimes } from "./poll-times.ts";

// Apis that are replaced one by one, behind one address that sends each request to another of them.
let hub: Hub;
let next: string;
let front: AlternatingFront;
let browser: TestBrowser;

/** Runs in an api before all else: each script of its console says when it is run that it is of the next version. */
const marking = `import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
const { readFile } = fs;
fs.readFile = async (path, ...rest) => {
  const text = await readFile(path, ...rest);
  return /packages.console.src.*\\.ts$/.test(String(path)) ? text + ";globalThis.marks = (globalThis.marks ?? 0) + 1;" : text;
};
syncBuiltinESMExports();`;

beforeAll(async () => {
  hub = await startHub({
    gateways: 1,
    settings: { handlers: { test: { kind: "module", module: "handlers/test.ts" } } },
  });
  const preload = `data:text/javascript,${encodeURIComponent(marking)}`;
  ({ url: next } = await hub.start("api", { NODE_OPTIONS: `--import=${preload}` }));
  front = await openAlternatingFront(hub.api.url);
  browser = await startBrowser(front.origin);
});
afterAll(async () => {
  await browser?.close();
  front?.close();
  await hub?.close();
});

/** What a page loads of the console from now on. */
function watchScripts(page: Page) {
  let paths: string[][] = [];
  page.on("request", (request) => {
    const path = new URL(request.url()).pathname.split("/");
    if (path[2] === "assets" && path.at(-1)?.endsWith(".ts") === true) paths.push(path);
  });
  return {
    forget: () => void (paths = []),
    /** The versions they are of, how many there are, and how many were of the next version when they ran. */
    async told() {
      const marks = await page.evaluate<number>("globalThis.marks ?? 0");
      return {
        hashes: new Set(paths.map((path) => path[3])).size,
        scripts: new Set(paths.map(String)).size,
        marks,
      };
    },
  };
}

test("while apis are replaced pages are of one version each, what is typed stays, and the old one is told once that it is old", async () => {
  await hub.post("/v1/groups/mail/pause", { reason: "a test" });
  const old = await (await browser.person()).open("/ops/console/groups/mail", "#password");
  await old.clock.install();
  const scripts = watchScripts(old);
  await old.fill("#password", hub.opsPassword);
  await old.keyboard.press("Enter");
  await old.waitForSelector("main .answer");
  await old.fill("text=At the same time", "7");
  const typed = () => old.inputValue("text=At the same time");

  front.sendTo(hub.api.url, next);
  // Half of what a page is made of is asked of an api of another version.
  const fresh = await old.context().newPage();
  const freshScripts = watchScripts(fresh);
  await fresh.goto(`${front.origin}/ops/console/tasks`);
  await fresh.waitForSelector("main .answer");
  const whole = await freshScripts.told();
  expect(whole).toMatchObject({ hashes: 1 });
  expect([0, whole.scripts]).toContain(whole.marks);
  await pollTimes(old, 12);
  expect([await old.locator(".banner:has-text('reload')").count(), await typed()]).toEqual([0, "7"]);
  // A screen that it had not loaded yet.
  await old.click("nav >> text=Workers");
  await old.waitForSelector("h1:has-text('Workers')");
  await old.goBack();
  await old.fill("text=At the same time", "8");
  expect(await scripts.told()).toMatchObject({ hashes: 1, marks: 0 });

  front.sendTo(next);
  await pollTimes(old, 14);
  expect([await old.locator("button:has-text('Reload')").count(), await typed()]).toEqual([1, "8"]);
  scripts.forget();
  await old.click("button:has-text('Reload')");
  await old.waitForSelector("main .answer");
  const after = await scripts.told();
  expect(after).toEqual({ hashes: 1, scripts: after.scripts, marks: after.scripts });
  expect(after.scripts).toBeGreaterThan(20);
  expect(await old.locator("button:has-text('Reload')").count()).toBe(0);
  expect(browser.complaints).toEqual([]);
});

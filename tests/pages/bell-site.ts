import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { eventually } from "@switchyard/testkit/eventually";
import { mintToken } from "@switchyard/testkit/mint-token";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { TestBrowser } from "./browser.ts";
import type { DevelopmentHub } from "./development-hub.ts";

/** Somebody's site, with the page of docs/how-to/bell.md. */
export interface BellSite {
  /** A tab of the user, once its bell knows its counts. */
  open(user: string, lang?: string): Promise<BellTab>;
  /** How many tokens were asked for, by user. */
  readonly tokens: ReadonlyMap<string, number>;
  close(): void;
}

/** What goes wrong in it is in `faults`. */
export type BellTab = Page & { readonly faults: string[] };

export interface BellCounts {
  readonly unread: number;
  readonly unseen: number;
  readonly total: number;
}

/** All counts the page was told, and when. */
export function toldTo(page: Page): Promise<{ readonly counts: BellCounts; readonly atMs: number }[]> {
  return page.evaluate("told");
}

export async function startBellSite(hub: DevelopmentHub, browser: TestBrowser): Promise<BellSite> {
  const tokens = new Map<string, number>();
  const server = await servePage(hub, tokens);
  const { port } = server.address() as AddressInfo;
  return {
    async open(user, lang = "en") {
      const page = await browser.visit("about:blank");
      const faults: string[] = [];
      page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
      page.on("pageerror", (error) => faults.push(error.message));
      await page.addInitScript(
        `window.told = []; addEventListener("bell-counts", ({ detail: counts }) => told.push({ counts, atMs: Date.now() }));`,
      );
      await page.goto(`http://localhost:${port}/?user=${user}&lang=${lang}`);
      await eventually(async () => expect(await toldTo(page)).not.toEqual([]));
      return Object.assign(page, { faults });
    },
    tokens,
    close: () => void server.close(),
  };
}

/** The page as the docs have it, with the addresses of this hub; `/token.php?…` signs in whoever is asked for. */
async function servePage(hub: DevelopmentHub, tokens: Map<string, number>): Promise<Server> {
  const guide = await readFile(new URL("../../docs/how-to/bell.md", import.meta.url), "utf8");
  const sdk = await readFile(new URL("../../node_modules/centrifuge/dist/centrifuge.js", import.meta.url));
  const [, snippet = ""] = /^```html\n([\s\S]*?)^```/m.exec(guide) ?? [];
  const page = snippet
    .replace(/src="https:[^"]*"/, 'src="/centrifuge.js"')
    .replace("http://localhost:8000", hub.origin)
    .replace("ws://localhost:8000", hub.origin.replace("http", "ws"));
  const server = createServer(({ url = "" }, response) => {
    const { pathname, searchParams } = new URL(url, "http://localhost");
    const user = searchParams.get("user") ?? "";
    if (pathname === "/centrifuge.js") response.writeHead(200, { "content-type": "text/javascript" }).end(sdk);
    else if (pathname === "/token.php") {
      tokens.set(user, (tokens.get(user) ?? 0) + 1);
      response.end(mintToken(hub.tokenSecret, { sub: user }));
    }
    // As strict as a site may be: no script, style or image but what is named.
    else
      response
        .writeHead(200, {
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": [
            "default-src 'none'",
            `script-src 'self' ${hub.origin}`,
            `connect-src 'self' ${hub.origin.replace("http", "ws")}`,
            "require-trusted-types-for 'script'",
          ].join("; "),
        })
        .end(
          page
            .replace("token.php", `token.php?user=${user}`)
            // Scripts come before their elements on some pages, and after them on others.
            .replace('bell.js"', searchParams.get("lang") === "en" ? 'bell.js"' : 'bell.js" defer')
            .replace('lang="en"', `lang="${searchParams.get("lang") ?? "en"}"`),
        );
  }).listen(0, "localhost");
  await once(server, "listening");
  return server;
}

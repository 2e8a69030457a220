import { ensurePrograms } from "@switchyard/provision/ensure-programs";
import { programs } from "@switchyard/provision/program";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";

/** A real Chromium whose pages are watched: whatever a careful page never does is a complaint. */
export interface TestBrowser {
  /** A person's browser: its own storage, shared by its tabs. */
  person(options?: { readonly width?: number; readonly colorScheme?: "light" | "dark" }): Promise<Person>;
  /** Opens any address, such as a page of somebody else's, unwatched. */
  visit(url: string): Promise<Page>;
  /** Console errors and warnings, exceptions, violations of the content policy, failed requests and requests elsewhere. */
  readonly complaints: readonly string[];
  /** Takes back complaints of what a test has brought about. */
  forgive(complaint: RegExp): void;
  close(): Promise<void>;
}

export interface Person {
  /** Opens a tab and waits until its connection stands, or for what else is to be there. */
  open(path: string, ready?: string): Promise<Page>;
  /** No network at all, until it is left. */
  enterTunnel(): Promise<void>;
  leaveTunnel(): Promise<void>;
}

/** Nothing of its own on the wire, nothing that needs a GPU or a sandbox a container cannot give. */
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function startBrowser(origin: string): Promise<TestBrowser> {
  const say = (line: string) => console.log(line);
  const { chromium: executablePath } = await ensurePrograms(
    { chromium: programs.chromium },
    { environment: process.env, say },
  );
  const browser: Browser = await chromium.launch({ executablePath, args: quiet });
  const complaints: string[] = [];
  return {
    complaints,
    forgive(complaint) {
      complaints.splice(0, complaints.length, ...complaints.filter((one) => !complaint.test(one)));
    },
    async person({ width = 1280, colorScheme = "light" } = {}) {
      const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme });
      await watch(context, origin, complaints);
      return {
        async open(path, ready = "[data-phase=connected]") {
          const page = await context.newPage();
          await page.goto(origin + path);
          await page.waitForSelector(ready);
          return page;
        },
        enterTunnel: () => context.setOffline(true),
        leaveTunnel: () => context.setOffline(false),
      };
    },
    async visit(url) {
      const page = await (await browser.newContext()).newPage();
      await page.goto(url);
      return page;
    },
    close: () => browser.close(),
  };
}

async function watch(context: BrowserContext, origin: string, complaints: string[]): Promise<void> {
  // Violations also reach the console, but only this event names the directive.
  await context.addInitScript(
    `addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
      console.error("violates " + violatedDirective + ": " + blockedURI));`,
  );
  context.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    // The browser itself says that it cannot connect in a tunnel, and that a task was refused, which the page shows.
    if (/ERR_INTERNET_DISCONNECTED|status of 422/.test(message.text())) return;
    complaints.push(`console: ${message.text()}`);
  });
  context.on("weberror", (error) => complaints.push(`exception: ${error.error().message}`));
  context.on("requestfailed", (request) => {
    // A page that is left gives up what it was loading.
    const reason = request.failure()?.errorText;
    if (reason !== "net::ERR_ABORTED") complaints.push(`request: ${request.url()} ${reason}`);
  });
  context.on("request", (request) => {
    if (!request.url().startsWith(origin)) complaints.push(`request to elsewhere: ${request.url()}`);
  });
}

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import { consoleFolder } from "@switchyard/console/vendor";
import { renderPage } from "../pages/render-page.ts";
import type { Scope } from "../scope.ts";

/** Everything the pages are made of comes from here; what is not named is not loaded. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page's own host is named beside `'self'`, for not every browser counts a WebSocket of the same host as that. */
function connectPolicy(host: string): string {
  // The header is the browser's, but it becomes part of another one here; refusals of the guard pass through here, too.
  return /^[-\w.:[\]]+$/.test(host) ? `connect-src 'self' ws://${host} wss://${host}` : "connect-src 'self'";
}

const directory = new URL("../../pages/", import.meta.url);
const pages = ["index", "push", "chat", "task", "order", "approval"];

/** The demo pages at `/`, and the SDK they use at `/vendor/centrifuge.js`, both from this machine. */
export async function serveDemoPages(scope: Scope): Promise<void> {
  scope.addHook("onSend", async ({ host }, reply) => {
    reply.header("content-security-policy", `${pagePolicy}; ${connectPolicy(host)}`);
  });
  await scope.register(fastifyStatic, {
    root: fileURLToPath(directory),
    globIgnore: ["*.html"],
    // One route per file there is: what is not a page stays an unknown path with its own answer.
    wildcard: false,
    cacheControl: false,
  });
  for (const name of pages) {
    const paths = name === "index" ? ["/", "/index.html"] : [`/${name}.html`];
    for (const path of paths) {
      scope.get(path, { schema: { hide: true } }, async (_request, reply) =>
        reply.type("text/html; charset=utf-8").send(await readPage(name)),
      );
    }
  }
  // The look is one with the console's.
  const look = fileURLToPath(new URL("look/", consoleFolder));
  for (const [path, file] of [
    ["/styles/tokens.css", "tokens.css"],
    ["/styles/base.css", "base.css"],
    ["/mark.svg", "mark.svg"],
  ] as const)
    scope.get(path, { schema: { hide: true } }, async (_request, reply) => reply.sendFile(file, look));
  const bundle = sdkBundle();
  scope.get("/vendor/centrifuge.js", { schema: { hide: true } }, async (_request, reply) =>
    reply.sendFile("centrifuge.js", bundle),
  );
}

/** Anew each time, so that whoever works on a page sees it when they reload. */
async function readPage(name: string): Promise<string> {
  const [layout, html] = await Promise.all(
    ["layout", name].map((file) => readFile(new URL(`${file}.html`, directory), "utf8")),
  );
  return renderPage(layout ?? "", { name, html: html ?? "" });
}

/** The browser build lies beside the modules and is not in the package's exports, so it is found from its entry. */
function sdkBundle(): string {
  return fileURLToPath(new URL("../dist/", import.meta.resolve("centrifuge")));
}

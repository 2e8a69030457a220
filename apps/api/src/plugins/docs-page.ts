import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import { consoleFolder } from "@switchyard/console/vendor";
import type { Scope } from "../scope.ts";

/**
 * Scripts, styles and images of the page are served by us; nothing comes from elsewhere. The hash is that of the one style that
 * swagger-ui puts in by itself; a version with another one shows as a violation in the browser's console.
 */
const docsPolicy = [
  "default-src 'self'",
  "style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const own = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const look = fileURLToPath(new URL("look/", consoleFolder));
/** Of the plugin only its copy of swagger-ui is used: a page of its own has no way back, no bar for small screens, and no theme to choose. */
const swagger = fileURLToPath(new URL("static/", import.meta.resolve("@fastify/swagger-ui/package.json")));

/** What the page is made of, and where it lies. */
const files = {
  "swagger-ui-bundle.js": swagger,
  "swagger-ui.css": swagger,
  "docs.js": own("docs/"),
  "docs.css": own("docs/"),
  "header.css": own("pages/styles/"),
  "theme.js": own("pages/scripts/"),
  "tokens.css": look,
  "base.css": look,
  "mark.svg": look,
} as const;

/** `home`: where the way back leads, which is the demo pages or the console. */
export async function serveDocsPage(scope: Scope, { home }: { readonly home: string }): Promise<void> {
  const hide = { schema: { hide: true } };
  const html = (await readFile(own("docs/index.html"), "utf8")).replaceAll("{{home}}", home);
  scope.addHook("onSend", async (_request, reply) => {
    reply.header("content-security-policy", docsPolicy);
  });
  for (const path of ["/docs", "/docs/"]) {
    scope.get(path, hide, async (_request, reply) => reply.type("text/html; charset=utf-8").send(html));
  }
  scope.get("/docs/json", hide, async () => scope.swagger());
  await scope.register(fastifyStatic, { root: own("docs/"), serve: false });
  for (const [file, folder] of Object.entries(files)) {
    scope.get(`/docs/static/${file}`, hide, async (_request, reply) => reply.sendFile(file, folder));
  }
}

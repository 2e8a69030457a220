import { createHash } from "node:crypto";
import type { OpsSession } from "../access/ops-session.ts";
import { html } from "../html.ts";
import type { ConsoleFiles } from "./console-files.ts";

export interface ConsolePage {
  /** For who has logged in. */
  htmlFor(session: OpsSession): string;
  readonly policy: string;
}

export const assetsPath = "/ops/assets";

/**
 * The one page of the console; its scripts show the rest. Nothing in it may become markup or script: `trusted-types 'none'` means that
 * no code can make a trusted value, so `innerHTML` and its like throw whatever they are given.
 */
export function createConsolePage({ hash, imports, first }: ConsoleFiles): ConsolePage {
  const at = (path: string) => `${assetsPath}/${hash}/${path}`;
  const modules = Object.fromEntries(Object.entries(imports).map(([name, path]) => [name, at(path)]));
  const map = JSON.stringify({ imports: modules });
  const preloads = [...first, ...Object.values(imports)].map(
    (path) => html`<link rel="modulepreload" href="${at(path)}" />`,
  );
  return {
    policy: [
      "default-src 'none'",
      // Import maps cannot be files.
      `script-src 'self' 'sha256-${createHash("sha256").update(map).digest("base64")}'`,
      "style-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join("; "),
    htmlFor({ user, mayAct }) {
      const { name, role, isBreakGlass, claims } = user;
      const provesBy = claims === "" ? "password" : "oidc";
      const operator = JSON.stringify({ name, role, isBreakGlass, mayAct, provesBy, seesAll: user.sight.isAll });
      return html`<!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta name="color-scheme" content="light dark" />
            <meta name="robots" content="noindex" />
            <meta name="operator" content="${operator}" />
            <title>Switchyard</title>
            <link rel="icon" href="${at("mark.svg")}" type="image/svg+xml" />
            <link rel="stylesheet" href="${at("console.css")}" />
            <script src="${at("first-paint.ts")}"></script>
            ${{ html: `<script type="importmap">${map}</script>` }} ${preloads}
            <script type="module" src="${at("main.ts")}"></script>
          </head>
          <body>
            <div id="console"></div>
            <noscript>
              <p>The console needs JavaScript. 控制台需要 JavaScript。</p>
              <p><a href="/ops/schedules">/ops/schedules</a> <a href="/ops/connections">/ops/connections</a></p>
            </noscript>
          </body>
        </html> `.html;
    },
  };
}

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { joinModules } from "../bell/join-modules.ts";
import type { Scope } from "../scope.ts";

/**
 * What pages of anybody load: the notification bell at `/bell.js`, and at `/recover-missed.js` what lets clients of the Pusher protocol recover. They
 * hold no secret, and pages of other hosts load them too: as a classic script, which our resource policy would refuse, and as a module or with
 * `integrity`, which ask for CORS.
 */
export async function serveScripts(app: Scope): Promise<void> {
  serve(app, "/bell.js", await joinModules(new URL("../../bell/switchyard-bell.js", import.meta.url)));
  serve(app, "/recover-missed.js", await readFile(new URL("../../pusher/recover-missed.js", import.meta.url), "utf8"));
}

function serve(app: Scope, path: string, script: string): void {
  const packed = gzipSync(script, { level: 9 });
  // Weak: packed or not, it is the same script.
  const etag = `W/"${createHash("sha256").update(script).digest("base64url")}"`;
  app.get(path, { schema: { hide: true } }, async ({ headers }, reply) => {
    reply.headers({
      "content-type": "text/javascript; charset=utf-8",
      // A hub that was brought up to date is noticed within minutes.
      "cache-control": "public, max-age=300",
      "cross-origin-resource-policy": "cross-origin",
      "access-control-allow-origin": "*",
      vary: "accept-encoding",
      etag,
    });
    if (headers["if-none-match"] === etag) return reply.code(304).send();
    if (!/\bgzip\b/.test(headers["accept-encoding"] ?? "")) return reply.send(script);
    return reply.header("content-encoding", "gzip").send(packed);
  });
}

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { joinModules } from "../bell/join-modules.ts";
import type { Scope } from "../scope.ts";

/**
 * The notification bell for pages of anybody, at `/bell.js`. It holds no secret, and pages of other hosts load it too: as a classic
 * script, which our resource policy would refuse, and as a module or with `integrity`, which ask for CORS.
 */
export async function serveBell(app: Scope): Promise<void> {
  const script = await joinModules(new URL("../../bell/switchyard-bell.js", import.meta.url));
  const packed = gzipSync(script, { level: 9 });
  // Weak: packed or not, it is the same script.
  const etag = `W/"${createHash("sha256").update(script).digest("base64url")}"`;
  app.get("/bell.js", { schema: { hide: true } }, async ({ headers }, reply) => {
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

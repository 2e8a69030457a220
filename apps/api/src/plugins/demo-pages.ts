import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { Scope } from "../scope.ts";

/** `ws:` is named because not every browser counts a WebSocket of the same host as `'self'`. */
const pagePolicy =
  "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const pages = fileURLToPath(new URL("../../pages/", import.meta.url));

/** The demo pages at `/`, and the SDK they use at `/vendor/centrifuge.js`, both from this machine. */
export async function serveDemoPages(scope: Scope): Promise<void> {
  scope.addHook("onSend", async (_request, reply) => {
    reply.header("content-security-policy", pagePolicy);
  });
  await scope.register(fastifyStatic, {
    root: pages,
    // One route per file there is: what is not a page stays an unknown path with its own answer.
    wildcard: false,
    cacheControl: false,
  });
  const bundle = sdkBundle();
  scope.get("/vendor/centrifuge.js", { schema: { hide: true } }, async (_request, reply) =>
    reply.sendFile("centrifuge.js", bundle),
  );
}

/** The browser build lies beside the modules and is not in the package's exports, so it is found from its entry. */
function sdkBundle(): string {
  return fileURLToPath(new URL("../dist/", import.meta.resolve("centrifuge")));
}

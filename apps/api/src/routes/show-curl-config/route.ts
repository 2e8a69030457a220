import { isIP } from "node:net";
import { ApiError } from "../../api-error.ts";
import type { Scope } from "../../scope.ts";
import { showCurlConfigSchema } from "./schema.ts";

/**
 * `GET /demo/curl-config`: the address and the key, so that the demo pages can show lines to paste.
 *
 * A hostile page can point a name of its own at 127.0.0.1 and so become "the same origin" (DNS rebinding); it would read the
 * key. Its Host header still is that name, hence the check.
 */
export function showCurlConfig(scope: Scope, { apiKey }: { readonly apiKey: string }): void {
  scope.get("/demo/curl-config", { schema: showCurlConfigSchema }, async ({ protocol, host, hostname }) => {
    if (!isOwnName(hostname)) {
      throw new ApiError(
        "forbidden",
        "the API key is shown on localhost or by IP address only; open the page that way",
      );
    }
    return { apiUrl: `${protocol}://${host}`, apiKey };
  });
}

function isOwnName(hostname: string): boolean {
  return hostname === "localhost" || isIP(hostname.replace(/^\[(.*)\]$/, "$1")) !== 0;
}

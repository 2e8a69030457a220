import type { Scope } from "../../scope.ts";
import { showCurlConfigSchema } from "./schema.ts";

/** `GET /demo/curl-config`: the address and the key, so that the demo pages can show lines to paste. */
export function showCurlConfig(scope: Scope, { apiKey }: { readonly apiKey: string }): void {
  scope.get("/demo/curl-config", { schema: showCurlConfigSchema }, async ({ protocol, host }) => ({
    apiUrl: `${protocol}://${host}`,
    apiKey,
  }));
}

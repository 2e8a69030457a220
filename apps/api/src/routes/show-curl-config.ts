import Type from "typebox";
import { retryOf } from "../effect.ts";
import { restFailures } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";

const showCurlConfigSchema = {
  operationId: "showCurlConfig",
  "x-retry": retryOf.reads,
  summary: "What a curl line needs",
  description: "Development only, and to this machine only: the reply holds the API key.",
  tags: ["demo"],
  security: [],
  response: {
    200: Type.Object(
      { apiUrl: Type.String(), apiKey: Type.String() },
      { examples: [{ apiUrl: "http://localhost:8000", apiKey: "…" }] },
    ),
    ...restFailures("forbidden"),
  },
};

/** `GET /demo/curl-config`: the address and the key, so that the demo pages can show lines to paste. */
export function showCurlConfig(scope: Scope, { apiKey }: { readonly apiKey: string }): void {
  scope.get("/demo/curl-config", { schema: showCurlConfigSchema }, async ({ protocol, host }) => ({
    apiUrl: `${protocol}://${host}`,
    apiKey,
  }));
}

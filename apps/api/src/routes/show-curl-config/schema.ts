import Type from "typebox";
import { restFailures } from "../../rest-error.ts";
import { retryOf } from "../../effect.ts";

export const showCurlConfigSchema = {
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

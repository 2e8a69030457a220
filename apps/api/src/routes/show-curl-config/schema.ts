import Type from "typebox";
import { restFailures } from "../../rest-error.ts";

export const showCurlConfigSchema = {
  operationId: "showCurlConfig",
  summary: "What a curl line needs",
  description: "Development only, and only to a page opened by address or as localhost: the reply holds the API key.",
  tags: ["demo"],
  security: [],
  response: {
    200: Type.Object({ apiUrl: Type.String(), apiKey: Type.String() }),
    ...restFailures("forbidden"),
  },
};

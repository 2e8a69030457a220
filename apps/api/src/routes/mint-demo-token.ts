import Type from "typebox";
import { type ClientTokens, requireTokens } from "../access/client-tokens.ts";
import { retryOf } from "../effect.ts";
import { restFailures } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";

// No control characters: the id becomes a channel name.
const plainText = "^[^\\u0000-\\u001f\\u007f-\\u009f]+$";

export const DemoUser = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: plainText,
  hint: "text without control characters",
  description: "A user id.",
});

const mintDemoTokenSchema = {
  operationId: "mintDemoToken",
  "x-retry": retryOf.reads,
  summary: "A connection token for any user",
  description: "Development only: in production your back end signs tokens for users it has authenticated.",
  tags: ["demo"],
  security: [],
  querystring: Type.Object(
    {
      user: DemoUser,
      info: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 64,
          pattern: plainText,
          hint: "text without control characters",
          description: "A name others see.",
        }),
      ),
    },
    { additionalProperties: false },
  ),
  response: {
    200: Type.Object(
      { token: Type.String({ description: "A JWT, valid for an hour." }) },
      { examples: [{ token: "eyJhbGciOiJIUzI1NiJ9.e30.x" }] },
    ),
    ...restFailures("invalid_request", "forbidden", "not_configured"),
  },
};

/** `GET /demo/token?user=alice`. */
export function mintDemoToken(scope: Scope, { tokens }: { readonly tokens: ClientTokens | undefined }): void {
  scope.get("/demo/token", { schema: mintDemoTokenSchema }, async ({ query: { user, info } }) => ({
    token: await requireTokens(tokens).forConnection(user, info),
  }));
}

import { type ClientTokens, requireTokens } from "../../access/client-tokens.ts";
import type { Scope } from "../../scope.ts";
import { mintDemoTokenSchema } from "./schema.ts";

/** `GET /demo/token?user=alice`. */
export function mintDemoToken(scope: Scope, { tokens }: { readonly tokens: ClientTokens | undefined }): void {
  scope.get("/demo/token", { schema: mintDemoTokenSchema }, async ({ query: { user, info } }) => ({
    token: await requireTokens(tokens).forConnection(user, info),
  }));
}

import { orUnavailable } from "../../or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import type { HandlerDirectory } from "../../tasks/handler-directory.ts";
import { listHandlersSchema } from "./schema.ts";

/** `GET /v1/handlers`. */
export function listHandlers(scope: Scope, { handlers }: { readonly handlers: Pick<HandlerDirectory, "list"> }): void {
  scope.get("/v1/handlers", { schema: listHandlersSchema }, async () => ({
    handlers: await orUnavailable(handlers.list()),
  }));
}

import type { Scope } from "../scope.ts";

/**
 * Replies of a stopping process end their connection. Otherwise one that was busy when the server closed would be kept alive
 * after its reply, and the stop would wait for it to time out.
 */
export function closeConnectionsOnceDraining(app: Scope, { draining }: { readonly draining: AbortSignal }): void {
  app.addHook("onSend", async (_request, reply) => {
    if (draining.aborted) reply.header("connection", "close");
  });
}

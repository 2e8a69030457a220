import type { Probes } from "@switchyard/runtime/probes";
import type { Scope } from "../scope.ts";

/** `/livez`, `/readyz` and `/metrics` on the api's own port; the front door does not pass them on. */
export function serveProbes(app: Scope, { probes }: { readonly probes: Pick<Probes, "answer"> }): void {
  for (const path of ["/livez", "/readyz", "/metrics"]) {
    app.get(path, { schema: { hide: true } }, async (_request, reply) => {
      const answer = await probes.answer(path);
      if (answer === undefined) return reply.callNotFound();
      return reply.code(answer.status).type(answer.contentType).send(answer.body);
    });
  }
}

/**
 * Replies of a stopping process end their connection. Otherwise one that was busy when the server closed would be kept alive
 * after its reply, and the stop would wait for it to time out.
 */
export function closeConnectionsOnceDraining(app: Scope, { draining }: { readonly draining: AbortSignal }): void {
  app.addHook("onSend", (_request, reply, _payload, done) => {
    if (draining.aborted) reply.header("connection", "close");
    done();
  });
}

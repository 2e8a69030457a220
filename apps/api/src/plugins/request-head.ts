import { answerHeadFault, findHeadFault } from "@switchyard/runtime/request-head";
import type { Scope } from "../scope.ts";

/** Fastify makes its own server, so the check that every other server of ours has is a hook here. */
export function refuseFaultyHeads(app: Scope): void {
  app.addHook("onRequest", async ({ raw }, reply) => {
    const fault = findHeadFault(raw);
    if (fault === undefined) return;
    reply.hijack();
    answerHeadFault(reply.raw, fault);
  });
}

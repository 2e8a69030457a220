import type { ApiMetrics } from "../metrics.ts";
import type { Scope } from "../scope.ts";

/**
 * One debug line and one measurement per request, by route pattern. The address as it came is never written: its query may
 * carry a token or a key, its path a user's name. Bodies and headers are never written either.
 */
export function logRequests(app: Scope, { metrics }: { readonly metrics: ApiMetrics }): void {
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "unknown";
    const { method } = request;
    metrics.requests.inc({ route, method, status: reply.statusCode });
    metrics.requestSeconds.observe({ route }, reply.elapsedTime / 1000);
    request.log.debug(
      { route, method, status: reply.statusCode, durationMs: Math.round(reply.elapsedTime) },
      "request",
    );
  });
}

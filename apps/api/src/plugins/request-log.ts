import type { ApiKey } from "../access/api-keys.ts";
import type { ApiMetrics } from "../metrics.ts";
import type { Scope } from "../scope.ts";

/**
 * One debug line and one measurement per request, by route pattern, with the name of the key it came with. The address as it
 * came is never written: its query may carry a token or a key, its path a user's name. Bodies and headers are never written
 * either.
 */
export function logRequests(app: Scope, { metrics }: { readonly metrics: ApiMetrics }): void {
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "unknown";
    const { method } = request;
    // There only where a key was asked for, and found.
    const apiKey = request.apiKey as ApiKey | undefined;
    metrics.requests.inc({ route, method, status: reply.statusCode });
    metrics.requestSeconds.observe({ route }, reply.elapsedTime / 1000);
    request.log.debug(
      { route, method, status: reply.statusCode, durationMs: Math.round(reply.elapsedTime), key: apiKey?.name },
      "request",
    );
    done();
  });
}

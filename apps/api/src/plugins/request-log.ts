import type { Logger } from "@switchyard/runtime/logger";
import type { FastifyBaseLogger } from "fastify";
import type { ApiKey } from "../access/api-keys.ts";
import type { ApiMetrics } from "../metrics.ts";
import type { Scope } from "../scope.ts";

/** A request that has its answer. */
export interface AnsweredRequest {
  /** The pattern: its paths have no bound. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly elapsedMs: number;
  /** There only where a key was asked for, and found. */
  readonly apiKey: ApiKey | undefined;
  /** Asked for where a line is written: making one costs as much as both measurements. */
  readonly log: () => Pick<FastifyBaseLogger, "debug">;
}

export type RequestRecord = (answered: AnsweredRequest) => void;

/**
 * One debug line and one measurement per request, by route pattern, with the name of the key it came with. The address as it
 * came is never written: its query may carry a token or a key, its path a user's name. Bodies and headers are never written
 * either.
 */
export function createRequestRecord(metrics: ApiMetrics, logger: Pick<Logger, "isLevelEnabled">): RequestRecord {
  return ({ route, method, status, elapsedMs, apiKey, log }) => {
    metrics.requests.inc({ route, method, status });
    metrics.requestSeconds.observe({ route }, elapsedMs / 1_000);
    if (!logger.isLevelEnabled("debug")) return;
    log().debug({ route, method, status, durationMs: Math.round(elapsedMs), key: apiKey?.name }, "request");
  };
}

export function logRequests(app: Scope, record: RequestRecord): void {
  app.addHook("onResponse", (request, reply, done) => {
    record({
      route: request.routeOptions.url ?? "unknown",
      method: request.method,
      status: reply.statusCode,
      elapsedMs: reply.elapsedTime,
      apiKey: request.apiKey as ApiKey | undefined,
      log: () => request.log,
    });
    done();
  });
}

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Registry } from "prom-client";
import { createHttpServer } from "./http-server.ts";
import { refusalBody } from "./refusal-body.ts";
import { requestPath } from "./request-head.ts";

/**
 * The three endpoints every process serves on its own port, never through the front door.
 *
 *   /livez    the event loop turns. Depends on nothing: a Redis blip must not make an orchestrator restart the fleet.
 *   /readyz   the process can do its job now: 200, or 503 with the reason of each check that fails.
 *   /metrics  Prometheus text.
 */
export interface Probes {
  /** Turns readiness false for good; the first step of every drain. */
  beginDrain(): void;
  /** Answers a probe request; false when the path is none of the three. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** What `/readyz` and `/livez` say, for servers that route themselves. */
  answer(path: string): Promise<ProbeAnswer | undefined>;
}

export interface ProbeAnswer {
  readonly status: 200 | 503;
  readonly contentType: string;
  readonly body: string;
}

/** Resolves to undefined when fine, else to the reason; must settle within 2 s by itself. */
export type ReadinessCheck = () => Promise<string | undefined>;

export function createProbes(options: {
  checks: Record<string, ReadinessCheck>;
  metrics: Pick<Registry, "contentType" | "metrics">;
}): Probes {
  let draining = false;

  async function readiness(): Promise<ProbeAnswer> {
    const results = await Promise.all(
      Object.entries(options.checks).map(
        async ([name, check]) => [name, (await check().catch(String)) ?? "ok"] as const,
      ),
    );
    const checks = Object.fromEntries(results);
    const ready = !draining && results.every(([, outcome]) => outcome === "ok");
    const body = JSON.stringify({ status: ready ? "ready" : draining ? "draining" : "not ready", checks });
    return { status: ready ? 200 : 503, contentType: "application/json", body };
  }

  async function answer(path: string): Promise<ProbeAnswer | undefined> {
    switch (path) {
      case "/livez":
        return { status: 200, contentType: "application/json", body: '{"status":"live"}' };
      case "/readyz":
        return readiness();
      case "/metrics":
        return { status: 200, contentType: options.metrics.contentType, body: await options.metrics.metrics() };
      default:
        return undefined;
    }
  }

  return {
    beginDrain: () => void (draining = true),
    answer,
    handle(request, response) {
      const path = requestPath(request);
      if (!["/livez", "/readyz", "/metrics"].includes(path)) return false;
      void answer(path).then((reply) => {
        if (reply === undefined) return;
        response.writeHead(reply.status, { "content-type": reply.contentType, "cache-control": "no-store" });
        response.end(reply.body);
      });
      return true;
    },
  };
}

/** A server for processes that have no other port. */
export function createProbeServer(probes: Probes): Server {
  return createHttpServer((request, response) => {
    if (probes.handle(request, response)) return;
    response.writeHead(404, { "content-type": "application/json" });
    response.end(refusalBody(404, "nothing here; this port serves /livez, /readyz and /metrics"));
  });
}

import type { IncomingMessage } from "node:http";
import type { Settings } from "@switchyard/runtime/settings";
import { addressGroup, createAddressReader } from "@switchyard/runtime/client-address";
import { RateLimit } from "./rate-limit.ts";

/**
 * Decides before the upgrade, when a refusal costs least, whether one more connection is taken. What needs to know the user
 * is decided at `connect`.
 */
export interface ConnectionGate {
  addressOf(request: IncomingMessage): string;
  /** Undefined: taken, and counted until the request's socket closes. */
  enter(request: IncomingMessage): GateRefusal | undefined;
}

export interface GateRefusal {
  readonly status: number;
  readonly reason: string;
  readonly retryAfterSeconds: number;
}

type Limits = Pick<Settings["client"], "connection_rate_limit" | "ip_connection_limit" | "trusted_proxies">;

/** Long enough that a refused crowd does not come back at once; SDKs wait by their own jittered backoff anyway. */
const retryAfterSeconds = 1;

export function createConnectionGate(limits: Limits): ConnectionGate {
  const { connection_rate_limit: perSecond, ip_connection_limit: perAddressMax } = limits;
  const addressOf = createAddressReader(limits.trusted_proxies);
  const arrivals = perSecond === 0 ? undefined : new RateLimit({ perSecond, burst: perSecond });
  const countOf = new Map<string, number>();

  function leave(group: string): void {
    const left = (countOf.get(group) ?? 1) - 1;
    if (left === 0) countOf.delete(group);
    else countOf.set(group, left);
  }

  return {
    addressOf,
    enter(request) {
      const group = perAddressMax === 0 ? "" : addressGroup(addressOf(request));
      const count = countOf.get(group) ?? 0;
      if (perAddressMax > 0 && count >= perAddressMax) {
        return { status: 429, reason: `more than ${perAddressMax} connections from one address`, retryAfterSeconds };
      }
      if (arrivals?.take(performance.now()) === false) {
        return { status: 503, reason: `more than ${perSecond} new connections per second`, retryAfterSeconds };
      }
      if (perAddressMax > 0) {
        countOf.set(group, count + 1);
        request.socket.once("close", () => leave(group));
      }
      return undefined;
    },
  };
}

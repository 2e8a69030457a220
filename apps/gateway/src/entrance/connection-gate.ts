import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Settings } from "@switchyard/runtime/settings";
import { addressGroup, createAddressReader } from "@switchyard/runtime/client-address";
import { RateLimit } from "./rate-limit.ts";

/**
 * Decides before the upgrade, when a refusal costs least, whether one more connection is taken. What needs to know the user
 * is decided at `connect`.
 *
 * A socket counts for its address from `arrive` until it closes, whatever becomes of it: one that is refused, or that never
 * says anything, holds as much as one that is taken. Only one that has asked for something else than a WebSocket, such as a
 * probe's, does not count.
 */
export interface ConnectionGate {
  /** A socket was accepted and has said nothing yet. */
  arrive(socket: Socket): void;
  /** It has asked for a plain HTTP answer. */
  release(socket: Socket): void;
  /** It has asked for a WebSocket. Undefined: there is room. To be called before anything else is judged. */
  enter(request: IncomingMessage): GateRefusal | undefined;
  /** Takes one of the new connections there may be in a second; to be called last. Undefined: there was one. */
  takeTurn(): GateRefusal | undefined;
}

export interface GateRefusal {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
}

type Limits = Pick<Settings["client"], "connection_rate_limit" | "ip_connection_limit" | "trusted_proxies">;

/** Long enough that a refused crowd does not come back at once; SDKs wait by their own jittered backoff anyway. */
const headers = { "Retry-After": "1" };

export function createConnectionGate(limits: Limits): ConnectionGate {
  const { connection_rate_limit: perSecond, ip_connection_limit: perAddressMax } = limits;
  const addresses = createAddressReader(limits.trusted_proxies);
  const arrivals = perSecond === 0 ? undefined : new RateLimit({ perSecond, burst: perSecond });
  const sockets = new SocketCount();

  return {
    arrive(socket) {
      if (perAddressMax === 0) return;
      const peer = addresses.of({ headers: {}, socket });
      // For whom a proxy speaks is known only when it does.
      if (!addresses.isTrustedProxy(peer)) sockets.add(socket, addressGroup(peer));
    },
    release: (socket) => sockets.remove(socket),
    enter(request) {
      if (perAddressMax === 0) return undefined;
      const group = addressGroup(addresses.of(request));
      sockets.add(request.socket, group);
      if (sockets.of(group) <= perAddressMax) return undefined;
      return { status: 429, reason: `more than ${perAddressMax} connections from one address`, headers };
    },
    takeTurn() {
      if (arrivals?.take(performance.now()) !== false) return undefined;
      return { status: 503, reason: `more than ${perSecond} new connections per second`, headers };
    },
  };
}

/** How many sockets each address holds; a socket counts once, and until it closes. */
class SocketCount {
  readonly #groupOf = new Map<Socket, string>();
  readonly #countOf = new Map<string, number>();

  of(group: string): number {
    return this.#countOf.get(group) ?? 0;
  }

  add(socket: Socket, group: string): void {
    if (this.#groupOf.has(socket)) return;
    this.#groupOf.set(socket, group);
    this.#countOf.set(group, this.of(group) + 1);
    socket.once("close", () => this.remove(socket));
  }

  remove(socket: Socket): void {
    const group = this.#groupOf.get(socket);
    if (group === undefined) return;
    this.#groupOf.delete(socket);
    const left = this.of(group) - 1;
    if (left === 0) this.#countOf.delete(group);
    else this.#countOf.set(group, left);
  }
}

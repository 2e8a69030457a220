import type { NodeDescription } from "@switchyard/broker/node-registry";

export interface GatewayPulse {
  /** With each look, before it is asked. */
  look(gateways: readonly Pick<NodeDescription, "uid" | "uptime">[], nowMs: number): void;
  /** Whether a gateway that is on the list no longer was off its pulse for the whole of its lease, and had not left by itself. */
  hasStopped(uid: string): boolean;
}

/** One that leaves in order is off the list at once, three seconds after its last beat at most; one that died ten. */
const silentMs = 7_000;
/** With looks further apart than this nobody knows when it was off the list. */
const closeLooksMs = 5_000;

/**
 * Tells gateways that died from those that left: neither says so. A gateway says every three seconds how long it has been up, behind a lease
 * of ten, so before its lease runs out it has said the same for seven seconds and more.
 */
export function createGatewayPulse(): GatewayPulse {
  let beats: ReadonlyMap<string, { readonly uptime: number; readonly atMs: number }> = new Map();
  let stopped: ReadonlySet<string> = new Set();
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  return {
    look(gateways, nowMs) {
      const isClose = nowMs - lookedAtMs <= closeLooksMs;
      const present = new Set(gateways.map(({ uid }) => uid));
      const silent = [...beats].filter(([uid, { atMs }]) => !present.has(uid) && isClose && nowMs - atMs >= silentMs);
      stopped = new Set(silent.map(([uid]) => uid));
      beats = new Map(
        gateways.map(({ uid, uptime }) => {
          const before = beats.get(uid);
          return [uid, before?.uptime === uptime ? before : { uptime, atMs: nowMs }] as const;
        }),
      );
      lookedAtMs = nowMs;
    },
    hasStopped: (uid) => stopped.has(uid),
  };
}

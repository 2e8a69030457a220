import type { CallSource } from "./handler-caller.ts";

/**
 * Every name calls have in Redis. They share a slot, and not that of tasks: in a cluster the two can lie on different machines.
 *
 *   {sy:calls}:decisions:<handler>, {sy:calls}:rpc:<handler>   LIST of ids, those that wait. Workers read the lists of what they have, so
 *                                 that none is handed a call it cannot answer while another could
 *   {sy:calls}:call:<id>          STRING, what is asked, until the deadline; gone as soon as a worker has taken it
 *   {sy:calls}:replies:<asker>    pub/sub: answers for one process
 *   {sy:calls}:cancelled          pub/sub: ids of running calls whose handler is to stop
 */
export interface CallKeys {
  readonly lane: (lane: CallLane, handler: string) => string;
  readonly lanePrefix: string;
  readonly callPrefix: string;
  readonly replies: (asker: string) => string;
  readonly cancelChannel: string;
}

/** A connect that waits for its decision must not stand behind a thousand rpcs. */
export const callLanes = ["decisions", "rpc"] as const;
export type CallLane = (typeof callLanes)[number];

export function laneOf(source: CallSource): CallLane {
  return source === "rpc" ? "rpc" : "decisions";
}

export function createCallKeys(prefix: string): CallKeys {
  const tag = `{${prefix}:calls}`;
  return {
    lane: (lane, handler) => `${tag}:${lane}:${handler}`,
    lanePrefix: `${tag}:`,
    callPrefix: `${tag}:call:`,
    replies: (asker) => `${tag}:replies:${asker}`,
    cancelChannel: `${tag}:cancelled`,
  };
}

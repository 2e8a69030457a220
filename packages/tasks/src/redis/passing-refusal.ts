import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@switchyard/runtime/logger";

/**
 * What Redis says when it does not take a write now and may later: it is full, a replica, loading, or its disk is. That it has not a script
 * follows from one of these: ioredis takes a script for loaded once it was sent, refused or not, and asks a second time at most.
 */
const passing = /^(OOM|READONLY|MISCONF|NOREPLICAS|LOADING|BUSY|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|NOSCRIPT)\b/;
const pauseMs = 200;

function isPassing(error: unknown): boolean {
  return error instanceof Error && passing.test(error.message);
}

/**
 * Repeats a write for as long as Redis refuses it for a reason that passes: what a handler has done must not be thrown away
 * for that. An outage does not come here, the connection waits it out.
 * @throws whatever else the write throws, the connection's end included.
 */
export async function repeatRefused<T>(write: () => Promise<T>, logger: Logger | undefined): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (attempt === 1) logger?.warn({ err: error }, "write refused, repeated until it is taken");
      await sleep(pauseMs);
    }
  }
}

/** Gives whoever would ask again at once, and be refused again, a pause first. */
export async function slowRefused<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (isPassing(error)) await sleep(pauseMs);
    throw error;
  }
}

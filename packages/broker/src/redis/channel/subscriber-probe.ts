import { randomUUID } from "node:crypto";
import { redisFailure } from "@switchyard/redis/plain-words";
import type { Logger } from "@switchyard/runtime/logger";
import type { Redis } from "ioredis";
import { silenceFoundMs } from "../../broker.ts";
import { probeName } from "../keys.ts";
import type { RedisSubscriber } from "./redis-subscriber.ts";

/**
 * Proves every few seconds that what is published is also heard: a message to itself, through the ordinary connections.
 *
 * A subscriber connection can be open and deaf: attached to a demoted master, an orphaned replica, or behind a partition
 * that drops its packets. No error ever fires; publishes succeed, subscribers starve. Two silent probes in a row and the
 * subscriber is reconnected, which also checks every position (at most `everyMs` + 2 × `timeoutMs` after the fact).
 */
export interface SubscriberProbe {
  /** Undefined when the last probe came back, else the reason. */
  status(): string | undefined;
  /** Probes that did not come back, since the start. */
  readonly timeouts: number;
  /** When the last one of them was given up, as `performance.now()` has it. */
  readonly lastTimeoutMs: number | undefined;
  close(): void;
}

export interface SubscriberProbeOptions {
  readonly commands: Redis;
  readonly subscriber: RedisSubscriber;
  readonly prefix: string;
  readonly logger: Logger;
}

const everyMs = 2_000;
const timeoutMs = silenceFoundMs - everyMs;
const silentMax = 2;

export async function startSubscriberProbe(options: SubscriberProbeOptions): Promise<SubscriberProbe> {
  const { commands, subscriber, prefix, logger } = options;
  const name = probeName(prefix, randomUUID());
  const heard = new Map<string, () => void>();
  await subscriber.listen(name, (payload) => heard.get(payload.toString())?.());

  let failure: string | undefined;
  let silent = 0;
  let timeouts = 0;
  let lastTimeoutMs: number | undefined;
  let timer: NodeJS.Timeout;

  async function probe(): Promise<void> {
    const id = randomUUID();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    // Its time may be over while the publish still waits for a silent Redis; nobody listens then, and that must not be a crash.
    promise.catch(() => undefined);
    const expiry = setTimeout(
      () => reject(new Error("what is published is not heard: the subscriber connection is deaf")),
      timeoutMs,
    );
    heard.set(id, resolve);
    try {
      await commands.publish(name, id);
      await promise;
      failure = undefined;
      silent = 0;
    } catch (error) {
      failure = redisFailure(error);
      timeouts++;
      lastTimeoutMs = performance.now();
      silent++;
    } finally {
      clearTimeout(expiry);
      heard.delete(id);
    }
    if (silent >= silentMax) {
      silent = 0;
      logger.warn({ reason: failure }, "subscriber reconnects");
      subscriber.reconnect();
    }
  }

  const schedule = () => {
    timer = setTimeout(() => void probe().finally(schedule), everyMs);
  };
  await probe();
  schedule();
  return {
    status: () => failure,
    get timeouts() {
      return timeouts;
    },
    get lastTimeoutMs() {
      return lastTimeoutMs;
    },
    close: () => clearTimeout(timer),
  };
}

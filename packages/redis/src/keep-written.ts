import { randomUUID } from "node:crypto";
import type { Logger } from "@switchyard/runtime/logger";
import type { Redis } from "ioredis";

export interface KeepWrittenOptions {
  readonly redis: Redis;
  /**
   * A key of its own, in the slot of what is written: a Redis that has lost the one has lost the other, too. All processes
   * that write the same name the same mark.
   */
  readonly mark: string;
  /** Writes what this process knows; called again and again, so it must change nothing where all is there. */
  readonly write: () => Promise<void>;
  readonly logger: Logger;
}

/** How long at most Redis is without what it has forgotten. */
const lookEveryMs = 1_000;

/**
 * Keeps in Redis what processes know and Redis can lose: settings from a file, revocations, registrations. After FLUSHALL, after a
 * restart without persistence and on an empty replica that has become the master, everything would be gone that is written
 * when a process starts, until it starts again.
 *
 * A mark with a random value lies beside it. Each process remembers the value under which it has written; another value, or
 * none, means that Redis has forgotten, and everybody writes again. So they do after each reconnect, because a replica that takes
 * over keeps the mark and may have lost the newest writes.
 *
 * What fails, the first time included, is repeated until it succeeds: a process can start while Redis is full or has no master.
 * @returns ends it
 */
export async function keepWritten({ redis, mark, write, logger }: KeepWrittenOptions): Promise<() => void> {
  let known: string | undefined;
  let isLooking = false;
  let hasFailed = false;

  async function look(): Promise<void> {
    // The mark first: what is forgotten while it is written is seen at the next look.
    const current = (await redis.get(mark)) ?? (await setMark(redis, mark));
    if (current !== known) {
      await write();
      if (known !== undefined) logger.info("told Redis again what it may have forgotten");
      known = current;
    }
    hasFailed = false;
  }

  async function lookOnce(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    await look().catch((error: unknown) => {
      // Said once; an outage is told by the connection as well.
      logger[hasFailed ? "debug" : "warn"](
        { err: error },
        "Redis cannot be told what it should know; tried every second",
      );
      hasFailed = true;
    });
    isLooking = false;
  }

  const onReady = () => {
    known = known === undefined ? undefined : "";
    void lookOnce();
  };
  await lookOnce();
  const timer = setInterval(() => void lookOnce(), lookEveryMs).unref();
  redis.on("ready", onReady);
  return () => {
    clearInterval(timer);
    redis.off("ready", onReady);
  };
}

/** Of those who find none at the same time, one sets it. */
async function setMark(redis: Redis, mark: string): Promise<string> {
  const fresh = randomUUID();
  return (await redis.set(mark, fresh, "NX", "GET")) ?? fresh;
}

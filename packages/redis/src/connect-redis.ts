import type { Logger } from "@switchyard/runtime/logger";
import { StartupError } from "@switchyard/runtime/startup-error";
import { Redis, type Command, type RedisOptions } from "ioredis";
import { inPlainWords, redisFailure } from "./plain-words.ts";

/** Who waits when Redis is away: a request must not, work in progress must. */
export type Patience = "fail-fast" | "wait";

export interface ConnectOptions {
  readonly url: string;
  readonly patience: Patience;
  /** Without one, losses are not told. */
  readonly logger?: Logger | undefined;
  /** In `CLIENT LIST`. */
  readonly connectionName?: string;
}

const answerTimeoutMs = 2_000;
/** Until a Redis that loads is asked again whether it is done. */
const loadingPauseMs = 500;

const optionsOf = {
  // A command that cannot be sent now fails now, and one that gets no answer fails in time: callers answer instead of
  // piling up work that is stale when Redis returns.
  "fail-fast": { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: answerTimeoutMs },
  // BullMQ's workers ask for null: a blocking read, or the end of a task, is sent again after a reconnect.
  wait: { maxRetriesPerRequest: null },
} satisfies Record<Patience, RedisOptions>;

/**
 * Connects, and stays connected: after an outage it tries again within a second for as long as it takes.
 * @throws StartupError when Redis cannot be reached now, with one line of cause.
 */
export async function connectRedis(options: ConnectOptions): Promise<Redis> {
  const { url, patience, logger, connectionName } = options;
  const redis = new PlainSpokenRedis(url.replace(/^unix:\/\//, ""), {
    ...optionsOf[patience],
    ...(connectionName === undefined ? {} : { connectionName }),
    lazyConnect: true,
    connectTimeout: answerTimeoutMs,
    // While it loads its file Redis says how long that will take, and is wrong by minutes at first; ioredis would believe it
    // for 10 s.
    maxLoadingRetryTime: loadingPauseMs,
    // Subscriptions are renewed by whoever holds them, to know when they are back.
    autoResubscribe: false,
    // Jitter, so that a fleet does not knock in step; never more than a second, so that work resumes at once.
    retryStrategy: (times: number) => Math.round(Math.random() * Math.min(1_000, 50 * 2 ** Math.min(times, 6))),
  });
  tellLosses(redis, logger);
  try {
    await redis.connect();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw unusable(url, error);
  }
}

/** What it says of a command ends in logs, in `/readyz` and with people who do not know its library. */
class PlainSpokenRedis extends Redis {
  override sendCommand(command: Command, stream?: Parameters<Redis["sendCommand"]>[1]): unknown {
    const { reject } = command;
    command.reject = (error) => reject(inPlainWords(error));
    return super.sendCommand(command, stream);
  }
}

/** Without the password that may stand in the address. */
export function unusable(url: string, error: unknown): StartupError {
  const address = url.replace(/\/\/[^@/]*@/, "//");
  return new StartupError("environment", `Redis at ${address} cannot be used: ${redisFailure(error)}`, {
    cause: error,
  });
}

/** Errors arrive as events and as rejections; the event is for the log, one line per loss and not per attempt. */
function tellLosses(redis: Redis, logger: Logger | undefined): void {
  let isLost = false;
  redis.on("error", (error: Error) => {
    if (!isLost) logger?.warn({ reason: redisFailure(error) }, "redis connection lost");
    isLost = true;
  });
  redis.on("ready", () => {
    if (isLost) logger?.info("redis connection restored");
    isLost = false;
  });
}

import type { Redis } from "ioredis";
import type { Logger } from "@switchyard/runtime/logger";
import type { TaskKeys } from "../redis/task-keys.ts";
import type { Ticker } from "../schedules/ticker.ts";

export interface ScheduleListenerOptions {
  readonly subscriber: Redis;
  readonly keys: TaskKeys;
  readonly logger: Logger;
  readonly ticker: Pick<Ticker, "wake">;
}

/** A schedule that was changed may fire before this worker would look again; so may one that was changed during an outage. */
export async function listenForSchedules(options: ScheduleListenerOptions): Promise<void> {
  const { subscriber, keys, logger, ticker } = options;
  const listen = async () => {
    await subscriber.subscribe(keys.schedulesChannel).catch((error: unknown) => {
      // The connection broke again; its next `ready` comes here again.
      logger.debug({ err: error }, "listening for schedules failed");
    });
    ticker.wake();
  };
  subscriber.on("message", (channel: string) => {
    if (channel === keys.schedulesChannel) ticker.wake();
  });
  subscriber.on("ready", () => void listen());
  await listen();
}

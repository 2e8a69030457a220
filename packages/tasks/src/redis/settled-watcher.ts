import type { TaskId } from "@switchyard/protocol/task-id";
import type { Redis } from "ioredis";
import type { Logger } from "@switchyard/runtime/logger";
import { isSettled, type TaskRecord } from "../task.ts";
import type { RecordStore } from "./record-store.ts";
import type { TaskKeys } from "./task-keys.ts";
import { within } from "../within.ts";

export interface SettledWatcherOptions {
  readonly subscriber: Redis;
  readonly records: Pick<RecordStore, "read"> & {
    /** Ends those that another client has taken out of the queue; returns the ones of which nothing is left. */
    readonly settleLost: (ids: readonly TaskId[]) => Promise<readonly TaskId[]>;
  };
  readonly keys: TaskKeys;
  readonly logger: Logger;
}

interface Interest {
  readonly taskId: TaskId;
  /** Resolves once Redis has acknowledged the subscription, or could not: then the reconnect makes it and wakes. */
  readonly subscribed: Promise<unknown>;
  readonly wakers: Set<() => void>;
}

/** The two connections do not come back at the same moment. */
const rereadMs = 250;
/** Nobody tells of a job that another BullMQ client has removed. One script asks for all that are waited for, at a microsecond each. */
const lostLook = { everyMs: 1_000, idsMax: 500 } as const;

/**
 * Waits for tasks to be settled, all of them over one subscriber connection. A waiter subscribes first and reads then, so
 * an end between the two is not missed; the notification says only that it is time to read, the record is the truth.
 * Notifications lost in an outage are made good by reading again as soon as the subscriptions are back.
 */
export class SettledWatcher {
  readonly #subscriber: Redis;
  readonly #records: SettledWatcherOptions["records"];
  readonly #keys: TaskKeys;
  readonly #logger: Logger;
  /** By pub/sub channel; an entry exists exactly as long as somebody waits for it. */
  readonly #interests = new Map<string, Interest>();
  readonly #lostTimer: NodeJS.Timeout;
  #isLooking = false;

  constructor(options: SettledWatcherOptions) {
    this.#subscriber = options.subscriber;
    this.#records = options.records;
    this.#keys = options.keys;
    this.#logger = options.logger;
    this.#subscriber.on("message", (channel: string) => this.#wake(channel));
    this.#subscriber.on("ready", () => void this.#resubscribe());
    this.#lostTimer = setInterval(() => void this.#lookForLost(), lostLook.everyMs).unref();
  }

  close(): void {
    clearInterval(this.#lostTimer);
  }

  /**
   * The record when the task is settled or the time is over; undefined when there is none.
   * @throws the connection's error when Redis is away at the beginning or at the end; an outage in between is waited out.
   */
  async wait(taskId: TaskId, timeoutMs: number): Promise<TaskRecord | undefined> {
    const channel = this.#keys.settledChannel(taskId);
    const deadline = performance.now() + timeoutMs;
    let wake = () => {};
    const waker = () => wake();
    const interest = this.#add(taskId, waker);
    try {
      await interest.subscribed;
      for (let isFirst = true; ; isFirst = false) {
        // Armed before the read: a notification during the read must not fall between.
        const woken = new Promise<void>((resolve) => void (wake = resolve));
        const record = await this.#records.read(taskId).catch((error: unknown) => {
          if (isFirst || performance.now() >= deadline) throw error;
          return "unreadable" as const;
        });
        const leftMs = deadline - performance.now();
        if (record === "unreadable") await within(Math.min(leftMs, rereadMs), woken);
        else if (record === undefined || isSettled(record.status) || leftMs <= 0) return record;
        else await within(leftMs, woken);
      }
    } finally {
      this.#remove(channel, waker);
    }
  }

  #add(taskId: TaskId, waker: () => void): Interest {
    const channel = this.#keys.settledChannel(taskId);
    let interest = this.#interests.get(channel);
    if (interest === undefined) {
      const subscribed = this.#subscriber.subscribe(channel).catch(() => undefined);
      interest = { taskId, subscribed, wakers: new Set() };
      this.#interests.set(channel, interest);
    }
    interest.wakers.add(waker);
    return interest;
  }

  #remove(channel: string, waker: () => void): void {
    const interest = this.#interests.get(channel);
    if (interest?.wakers.delete(waker) !== true || interest.wakers.size > 0) return;
    this.#interests.delete(channel);
    // Without a connection there is no subscription to end.
    this.#subscriber.unsubscribe(channel).catch(() => undefined);
  }

  #wake(channel: string): void {
    for (const waker of this.#interests.get(channel)?.wakers ?? []) waker();
  }

  async #lookForLost(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const ids = Array.from(this.#interests.values(), ({ taskId }) => taskId);
    try {
      for (let from = 0; from < ids.length; from += lostLook.idsMax) {
        const nothing = await this.#records.settleLost(ids.slice(from, from + lostLook.idsMax));
        for (const taskId of nothing) this.#wake(this.#keys.settledChannel(taskId));
      }
    } catch (error) {
      this.#logger.debug({ err: error }, "looking for lost tasks failed");
    } finally {
      this.#isLooking = false;
    }
  }

  async #resubscribe(): Promise<void> {
    const channels = [...this.#interests.keys()];
    if (channels.length === 0) return;
    try {
      await this.#subscriber.subscribe(...channels);
    } catch (error) {
      // The connection broke again; its next `ready` comes here again.
      this.#logger.debug({ err: error }, "resubscribing failed");
      return;
    }
    for (const channel of channels) this.#wake(channel);
  }
}

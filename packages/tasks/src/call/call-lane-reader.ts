import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@switchyard/runtime/logger";
import type { Redis } from "ioredis";
import { within } from "../within.ts";
import type { TakenCall } from "./call-scripts.ts";

export interface CallLaneReaderOptions {
  /** Waits in Redis for calls, and does nothing else. */
  readonly connection: Redis;
  readonly commands: Redis;
  /** The lane's lists of ids, one for each handler. */
  readonly keys: readonly string[];
  readonly slots: number;
  readonly take: (ids: readonly string[]) => Promise<readonly TakenCall[]>;
  /** Must not reject. */
  readonly run: (taken: TakenCall) => Promise<void>;
  readonly logger: Logger;
}

/** Seconds a read waits; then it is put again, which is all an idle lane sends. */
const blockSeconds = 10;
/** A read that has no answer so long after its end waits on a connection that is dead. */
const deafMs = 5_000;
const pauseMs = 250;
/** Where Redis lets nobody unblock a client, or is away. */
const unblockMs = 500;

/**
 * One worker's share of a lane: pops as many ids as it has free slots, and none while it has none. An id that is popped and not taken,
 * because this process dies between the two, is a call that comes to its deadline: it is never run twice.
 */
export class CallLaneReader {
  readonly #options: CallLaneReaderOptions;
  #busy = 0;
  #first = 0;
  #isOpen = true;
  #clientId: number | undefined;
  #onFreed: (() => void) | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(options: CallLaneReaderOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#options.keys.length === 0) return;
    this.#reading = this.#read();
  }

  /** Takes nothing more, from this very moment on. */
  close(): void {
    this.#isOpen = false;
    this.#onFreed?.();
  }

  /** The same. Resolves when what it has taken is done. */
  async stop(): Promise<void> {
    this.close();
    await this.#endWait();
    while (this.#busy > 0) await this.#freed();
  }

  async #read(): Promise<void> {
    const { connection, slots, logger } = this.#options;
    const noteId = async () => {
      this.#clientId = await connection.client("ID").catch(() => undefined);
    };
    connection.on("ready", () => void noteId());
    await noteId();
    while (this.#isOpen) {
      if (this.#busy >= slots) {
        await this.#freed();
        continue;
      }
      try {
        const ids = await this.#pop(slots - this.#busy);
        this.#busy += ids.length;
        // Not waited for: what takes them is on its way, and the next read may wait meanwhile.
        if (ids.length > 0) void this.#run(ids);
      } catch (error) {
        if (!this.#isOpen) return;
        logger.debug({ err: error }, "calls not read");
        await sleep(pauseMs);
      }
    }
  }

  async #pop(count: number): Promise<readonly string[]> {
    const { connection, keys } = this.#options;
    // Redis looks into them in their order: each in turn is the first, so that no handler has to wait for another.
    this.#first = (this.#first + 1) % keys.length;
    const inTurn = [...keys.slice(this.#first), ...keys.slice(0, this.#first)];
    const timer = setTimeout(() => connection.disconnect(true), blockSeconds * 1_000 + deafMs);
    try {
      const popped = await connection.blmpop(blockSeconds, keys.length, ...inTurn, "LEFT", "COUNT", count);
      return popped === null ? [] : popped[1];
    } finally {
      clearTimeout(timer);
    }
  }

  async #run(ids: readonly string[]): Promise<void> {
    const { take, run, logger } = this.#options;
    const taken = await take(ids).catch((error: unknown) => {
      logger.debug({ err: error }, "calls not taken");
      return [];
    });
    this.#free(ids.length - taken.length);
    await Promise.all(
      taken.map(async (one) => {
        await run(one);
        this.#free(1);
      }),
    );
  }

  #free(count: number): void {
    this.#busy -= count;
    this.#onFreed?.();
  }

  /** Until a slot is given back, or it stops. */
  #freed(): Promise<void> {
    return new Promise((resolve) => (this.#onFreed = resolve));
  }

  /** Told by another connection, so that what Redis hands out at this very moment is not lost. */
  async #endWait(): Promise<void> {
    const { connection, commands } = this.#options;
    // Commands wait for a Redis that is away, and a worker that stops does not.
    if (this.#clientId !== undefined)
      await within(
        unblockMs,
        commands.client("UNBLOCK", this.#clientId).catch(() => undefined),
      );
    if (!(await within(unblockMs, this.#reading))) connection.disconnect();
  }
}

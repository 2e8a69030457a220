import type { Logger } from "@switchyard/runtime/logger";
import type { Redis } from "ioredis";
import { decodeReply } from "./call-message.ts";
import type { PendingCalls } from "./pending-calls.ts";

/** Where answers of workers come in, for as long as the process lives. */
export interface ReplyEar {
  /** Answers are heard. */
  readonly isOpen: boolean;
  /** A call has had no answer since then: was that the worker, or is nothing heard any more? */
  doubt(sinceMs: number): void;
}

export interface ReplyEarOptions {
  readonly replyTo: string;
  readonly pending: PendingCalls;
  readonly logger: Logger;
}

export async function openReplyEar(
  subscriber: Redis,
  { replyTo, pending, logger }: ReplyEarOptions,
): Promise<ReplyEar> {
  let isOpen = false;
  let heardMs = performance.now();
  let doubting: Promise<void> | undefined;
  const subscribe = async () => {
    try {
      await subscriber.subscribe(replyTo);
      isOpen = true;
    } catch (error) {
      // The connection broke again; its next `ready` comes here again.
      logger.debug({ err: error }, "listening for answers failed");
    }
  };
  // A connection that Redis takes for whole and that hears nothing is found by the first call that gets no answer.
  const prove = async () => {
    const isAlive = await subscriber.ping().then(
      () => true,
      () => false,
    );
    if (!isAlive && isOpen) subscriber.disconnect(true);
    heardMs = performance.now();
    doubting = undefined;
  };
  subscriber.on("message", (_channel: string, text: string) => {
    heardMs = performance.now();
    const decoded = decodeReply(text);
    if (decoded !== undefined) pending.settle(decoded.id, decoded.reply);
  });
  subscriber.on("close", () => (isOpen = false));
  subscriber.on("ready", () => void subscribe());
  await subscribe();
  return {
    get isOpen() {
      return isOpen;
    },
    doubt(sinceMs) {
      if (isOpen && heardMs < sinceMs) doubting ??= prove();
    },
  };
}

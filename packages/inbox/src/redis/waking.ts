import { errorText } from "@switchyard/runtime/error-text";
import type { Logger } from "@switchyard/runtime/logger";
import type { Redis } from "ioredis";
import type { Inbox } from "../inbox.ts";
import type { InboxUser } from "../inbox-user.ts";
import { answered } from "./define-script.ts";
import { wakingKey } from "./inbox-keys.ts";

export interface WakingOptions extends Pick<Inbox, "settle"> {
  readonly redis: Redis;
  readonly prefix: string;
  readonly logger: Logger;
}

const everyMs = 2_000;
const together = 50;

/**
 * Who has something that wakes, and when: a set beside all inboxes, which says no more than "look there then". An inbox knows by
 * itself what is due; without this an open page would hear of it with the next change only. Noted before the item is hidden, so a
 * crash between the two leaves a look for nothing.
 *
 * Several processes may watch. Each settles what is due before it takes it off the set, and to settle twice is to settle once.
 */
export function createWaking({ redis, prefix, settle, logger }: WakingOptions) {
  const key = wakingKey(prefix);
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function look(): Promise<number> {
    const [seconds] = await redis.time();
    // Members are "<ms> <user>": what is noted meanwhile is another member, and stays.
    const due = await redis.zrange(key, "-inf", `${seconds}000`, "BYSCORE", "LIMIT", 0, together);
    await Promise.all(due.map((member) => settle(member.slice(member.indexOf(" ") + 1) as InboxUser)));
    if (due.length > 0) await redis.zrem(key, ...due);
    return due.length;
  }

  async function watch(): Promise<void> {
    const found = await look().catch((error: unknown) => {
      logger.debug({ reason: errorText(error) }, "could not look for what wakes");
      return 0;
    });
    if (isClosed) return;
    // Spread, so that a fleet does not look in step.
    timer = setTimeout(() => void watch(), found === together ? 0 : everyMs * (0.5 + Math.random()));
    timer.unref();
  }

  return {
    note: (user: InboxUser, untilMs: number) => answered(redis.zadd(key, untilMs, `${untilMs} ${user}`)),
    start: () => void watch(),
    close(): void {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

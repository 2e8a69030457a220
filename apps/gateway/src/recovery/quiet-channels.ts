import type { Logger } from "@switchyard/runtime/logger";
import type { Hub } from "../hub/hub.ts";
import { checkPositions, type PositionCheck } from "./position-check.ts";

/** Rounds per delay: a channel is checked when it has been quiet for this many of them, so between 1 and 1.25 delays. */
const rounds = 4;

/**
 * Checks every channel of this node that has been quiet for `delayMs`, and then again after as long. The cost is one Redis read
 * per quiet channel and delay, not per subscription.
 */
export function startQuietCheck(options: PositionCheck & { logger: Logger; delayMs: number }): { close(): void } {
  const { hub, logger, delayMs } = options;
  let isRunning = false;

  async function checkQuiet(): Promise<void> {
    hub.round++;
    const quiet = quietChannels(hub);
    if (quiet.length === 0) return;
    const behind = await checkPositions(options, quiet, "quiet_check");
    if (behind > 0) logger.warn({ behind }, "publications were lost on quiet channels");
  }

  const timer = setInterval(() => {
    // A slow Redis must not make checks pile up.
    if (isRunning) return;
    isRunning = true;
    checkQuiet()
      .catch((error: unknown) => logger.warn({ err: error }, "position check failed"))
      .finally(() => (isRunning = false));
  }, delayMs / rounds);
  return { close: () => clearInterval(timer) };
}

function quietChannels(hub: Hub) {
  return Array.from(hub.channels()).filter(({ activeRound }) => hub.round - activeRound > rounds);
}

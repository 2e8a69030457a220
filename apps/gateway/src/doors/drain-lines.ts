import type { Disconnect } from "@switchyard/protocol/disconnect-codes";

/** A line of a door that is drained. */
export interface LeavingLine {
  /** Its client has been let in and is still there. */
  readonly isIn: boolean;
  /** Its client waits for an answer. */
  readonly isBusy: boolean;
  /** As a client's: says that the line ends in so many milliseconds; false: nothing was said. */
  announceEnd(reason: Disconnect, inMs: number): boolean;
  disconnect(reason: Disconnect, isAnnounced?: boolean): void;
}

export interface DrainPace {
  /** Over which the lines of a door are ended. */
  readonly windowMs: number;
  /** How much longer a client is kept that waits for an answer. */
  readonly graceMs: number;
}

const stepMs = 50;

/** A gateway with few lines need not take the whole window: this far apart they are no crowd. */
const apartMs = 10;

/** Notices of one step, some milliseconds of work: the lines that stay are served meanwhile. */
const noticesPerStep = 2_000;

interface Leaving {
  readonly line: LeavingLine;
  readonly slotMs: number;
  /** Undefined: its turn to be told has not come. */
  isAnnounced: boolean | undefined;
}

/**
 * Ends lines a few at a time, because their clients come back the moment they are sent away. Each client is told its own time at the
 * beginning, and then served as before until it comes: idle ones go first, and who waits for an answer then has it first.
 * Who is not in yet has nothing to lose and goes at once.
 *
 * A client that obeys the notice, and leaves before, comes back no earlier than one that is sent away.
 */
export function drainLines(lines: readonly LeavingLine[], reason: Disconnect, { windowMs, graceMs }: DrainPace): void {
  for (const line of lines) if (!line.isIn) line.disconnect(reason);
  let leaving = slotsOf(lines, windowMs);
  const beganMs = performance.now();

  const step = () => {
    const nowMs = performance.now() - beganMs;
    tellNext(leaving, reason, nowMs);
    leaving = leaving.filter(({ line, slotMs, isAnnounced }) => {
      if (!line.isIn) return false;
      const isDue = nowMs >= slotMs + (line.isBusy ? graceMs : 0);
      if (isDue) line.disconnect(reason, isAnnounced);
      return !isDue;
    });
    if (leaving.length > 0) setTimeout(step, stepMs);
  };
  step();
}

function slotsOf(lines: readonly LeavingLine[], windowMs: number): Leaving[] {
  const inside = lines.filter(({ isIn }) => isIn);
  const ordered = [...inside.filter(({ isBusy }) => !isBusy), ...inside.filter(({ isBusy }) => isBusy)];
  const gapMs = Math.min(apartMs, windowMs / Math.max(1, ordered.length));
  return ordered.map((line, place) => ({ line, slotMs: place * gapMs, isAnnounced: undefined }));
}

/** Those that come first in the order; the others in the steps that follow. */
function tellNext(leaving: readonly Leaving[], reason: Disconnect, nowMs: number): void {
  let count = 0;
  for (const one of leaving) {
    if (one.isAnnounced !== undefined || !one.line.isIn) continue;
    one.isAnnounced = one.line.announceEnd(reason, Math.max(0, Math.round(one.slotMs - nowMs)));
    if (++count === noticesPerStep) return;
  }
}

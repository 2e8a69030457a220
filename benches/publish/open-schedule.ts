import { setImmediate as turn } from "node:timers/promises";
import { monotonicUs } from "../machine/monotonic-us.ts";

export interface ScheduleReading {
  /** Messages whose time had come. */
  readonly due: number;
  readonly elapsedMs: number;
  /** The longest a message waited for the publisher itself; it counts in that message's latency. */
  readonly latestMs: number;
}

export interface OpenSchedule {
  stop(): Promise<ScheduleReading>;
}

/**
 * Calls `send` at fixed times whatever became of the messages before (an open model), and tells it the time it was meant to
 * be called at. A publisher that waits for a slow server and measures from the moment it got round to sending would hide
 * exactly the delays it is there to find (coordinated omission).
 */
export function startOpenSchedule(ratePerSec: number, send: (dueUs: number) => void): OpenSchedule {
  if (!(ratePerSec > 0)) throw new RangeError(`the rate must be above 0 messages a second, not ${ratePerSec}`);
  const startedUs = monotonicUs();
  const intervalUs = 1e6 / ratePerSec;
  const state = { due: 0, latestUs: 0, running: true };

  async function run(): Promise<void> {
    while (state.running) {
      const nowUs = monotonicUs();
      for (let dueUs = dueAt(state.due); dueUs <= nowUs; dueUs = dueAt(state.due)) {
        state.due += 1;
        state.latestUs = Math.max(state.latestUs, nowUs - dueUs);
        send(dueUs);
      }
      // A turn of the event loop: what was written leaves, replies and the parent's calls are read.
      await turn();
      sleepUs(Math.min(maxSleepUs, Math.max(minSleepUs, dueAt(state.due) - monotonicUs())));
    }
  }
  const dueAt = (index: number) => Math.round(startedUs + index * intervalUs);
  const running = run();

  return {
    async stop() {
      state.running = false;
      await running;
      return { due: state.due, elapsedMs: (monotonicUs() - startedUs) / 1000, latestMs: state.latestUs / 1000 };
    },
  };
}

/** Above a thousand messages a second several leave together: a wake-up each would take the core from the clients. */
const minSleepUs = 1_000;
const maxSleepUs = 10_000;
const never = new Int32Array(new SharedArrayBuffer(4));

/** Timers round to a millisecond and more; blocking this thread is exact to some 60 µs, and it has nothing else to do. */
function sleepUs(us: number): void {
  Atomics.wait(never, 0, 0, us / 1000);
}

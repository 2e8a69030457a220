import { Worker } from "node:worker_threads";

export interface WatchdogOptions {
  /** An event loop that has stood still for so long ends the process. */
  readonly maxStallMs: number;
  /** The process this one must not outlive. */
  readonly parent?: {
    readonly pid: number;
    /** What this process has, to end by itself, from when the parent is gone. */
    readonly endWithinMs: number;
  };
}

export interface Watchdog {
  /** A start may compute for long, in the modules it loads; from here on the event loop has to turn. */
  watchLoop(): void;
  close(): Promise<void>;
}

/**
 * Ends the process when it cannot do so itself, with nothing less than SIGKILL. Its event loop may have stood still for too
 * long: a handler that loops without end would otherwise hold the worker for ever, with its probes silent and its signals
 * unheard. And its parent may be gone while it stands still: nobody would look for it any more. Whoever supervises the
 * process starts it anew, and the task that did it is given up once it has cost three workers.
 *
 * A thread of its own watches, because nothing else in the process can run then. A process that was stopped as a whole
 * (SIGSTOP, a laptop asleep) stood still, too, but so did the thread: it counts its own ticks and not the clock.
 */
export function startWatchdog({ maxStallMs, parent }: WatchdogOptions): Watchdog {
  // Zero until the loop is watched.
  const beat = new Int32Array(new SharedArrayBuffer(4));
  const stallTicks = Math.ceil(maxStallMs / tickMs);
  const orphanTicks = Math.ceil((parent?.endWithinMs ?? 0) / tickMs);
  const thread = new Worker(watch, {
    eval: true,
    workerData: { beat, tickMs, stallTicks, parentPid: parent?.pid ?? 0, orphanTicks },
  });
  thread.unref();
  let timer: NodeJS.Timeout | undefined;
  return {
    watchLoop() {
      timer = setInterval(() => void Atomics.add(beat, 0, 1), tickMs).unref();
      Atomics.add(beat, 0, 1);
    },
    async close() {
      clearInterval(timer);
      await thread.terminate();
    },
  };
}

/** A loop that stands still has lost its tasks after one lock duration; after three it is not going to move again. */
export const stallsPerLock = 3;

const tickMs = 250;

const watch = `
const { workerData: { beat, tickMs, stallTicks, parentPid, orphanTicks } } = require("node:worker_threads");
const { writeSync } = require("node:fs");
function end(msg, ticks) {
  writeSync(1, JSON.stringify({ level: "fatal", app: "worker", msg, ms: ticks * tickMs }) + "\\n");
  process.kill(process.pid, "SIGKILL");
}
let last = 0, still = 0, alone = 0;
setInterval(() => {
  const now = Atomics.load(beat, 0);
  still = now === last && now !== 0 ? still + 1 : 0;
  last = now;
  if (still >= stallTicks) end("event loop stood still, ending", still);
  alone = parentPid !== 0 && process.ppid !== parentPid ? alone + 1 : 0;
  if (alone > orphanTicks) end("the pool is gone and this process did not end, ending", alone);
}, tickMs);
`;

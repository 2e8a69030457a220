import { Worker } from "node:worker_threads";

/**
 * Ends the process when its event loop has stood still for so long: a handler that loops without end would otherwise hold
 * the worker for ever, with its probes silent and its signals unheard. Whoever supervises the process starts it anew, and
 * the task that did it is given up once it has cost two workers.
 *
 * A thread of its own watches, because nothing else in the process can run then. A process that was stopped as a whole
 * (SIGSTOP, a laptop asleep) stood still, too, but so did the thread: it counts its own ticks and not the clock.
 */
export function startLoopWatchdog(maxStallMs: number): () => void {
  const beat = new Int32Array(new SharedArrayBuffer(4));
  const timer = setInterval(() => void Atomics.add(beat, 0, 1), tickMs).unref();
  const thread = new Worker(watch, { eval: true, workerData: { beat, tickMs, ticks: Math.ceil(maxStallMs / tickMs) } });
  thread.unref();
  return () => {
    clearInterval(timer);
    void thread.terminate();
  };
}

/** A loop that stands still has lost its tasks after one lock duration; after three it is not going to move again. */
export const stallsPerLock = 3;

const tickMs = 250;

const watch = `
const { workerData: { beat, tickMs, ticks } } = require("node:worker_threads");
const { writeSync } = require("node:fs");
let last = -1, still = 0;
setInterval(() => {
  const now = Atomics.load(beat, 0);
  still = now === last ? still + 1 : 0;
  last = now;
  if (still < ticks) return;
  const line = { level: "fatal", app: "worker", msg: "event loop stood still, ending", ms: still * tickMs };
  writeSync(1, JSON.stringify(line) + "\\n");
  process.kill(process.pid, "SIGKILL");
}, tickMs);
`;

import { setTimeout as wait } from "node:timers/promises";
import type { Worker } from "../process/start-worker.ts";
import type { LoadCalls, LoadReading } from "./load-process.ts";

/** Without progress for this long nothing more will come: closed clients get nothing. */
const idleMs = 1_000;

/** Waits until so many deliveries have arrived since the client process began, or no more do. */
export async function awaitTotal(
  load: Worker<LoadCalls>,
  expectedTotal: number,
  maxMs = 20_000,
): Promise<LoadReading & { readonly drainMs: number }> {
  const startedMs = performance.now();
  let reading = await load.call("read");
  let lastProgressMs = startedMs;
  while (reading.total < expectedTotal && performance.now() - lastProgressMs < idleMs) {
    if (performance.now() - startedMs > maxMs) break;
    await wait(10);
    const next = await load.call("read");
    if (next.total > reading.total) lastProgressMs = performance.now();
    reading = next;
  }
  return { ...reading, drainMs: lastProgressMs - startedMs };
}

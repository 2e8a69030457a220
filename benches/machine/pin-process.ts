import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";

/** The server under test has this core to itself. */
export const serverCore = 0;
/** Redis, the publisher and the clients share this one. */
export const loadCore = 1;

/** A child inherits its parent's core, so whoever may run anywhere has to be told. */
const anyCore = "0,1";

/**
 * Ties all threads of a process, and those it will start, to one core. Without it the scheduler moves a server between
 * cores, and the same server measures 10-30 % apart from one run to the next. Undefined: it may run on both.
 */
export async function pinProcess(pid: number, core: number | undefined): Promise<void> {
  if (!canPin()) return;
  const args = ["-a", "-c", "-p", String(core ?? anyCore), String(pid)];
  for (let tries = 1; ; tries += 1) {
    try {
      await promisify(execFile)("taskset", args);
      return;
    } catch (error) {
      // One of its threads ended after taskset had listed them; the rest are not pinned then.
      if (tries === 5 || !String(error).includes("No such process")) throw error;
    }
  }
}

/** False on one core and outside Linux; figures are then not comparable with pinned ones. */
export function canPin(): boolean {
  return process.platform === "linux" && coresAtStart >= 2;
}

/** Read before the bench pins itself, after which it would count one. */
const coresAtStart = availableParallelism();

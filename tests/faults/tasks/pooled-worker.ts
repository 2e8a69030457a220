import { startApp, type AppProcess } from "@switchyard/testkit/app-process";
import { childrenOf } from "@switchyard/testkit/process-tree";

/** `npm run faults:tasks -- --pool`: every worker of the scenarios is a pool. */
export const poolVariable = "FAULTS_POOL";

export function isPooled(): boolean {
  return process.env[poolVariable] === "true";
}

/**
 * A worker of two processes and up to three, which dies, hangs and is killed as a whole, as with its machine. That its processes can be
 * killed one by one, and the pool without them, is a trial of its own (`f48-pool.ts`).
 */
export async function startPool(env: Readonly<Record<string, string>>): Promise<AppProcess> {
  const bounds = { SWITCHYARD_WORKER_PROCESSES_MIN: "2", SWITCHYARD_WORKER_PROCESSES_MAX: "3" };
  const pool = await startApp("worker", { ...bounds, ...env });
  return {
    ...pool,
    signal(signal) {
      pool.signal(signal);
      signalAll(childrenOf(pool.pid), signal);
    },
    async kill() {
      // Stopped first, or it would start others in the place of those that are killed before it.
      pool.signal("SIGSTOP");
      signalAll(childrenOf(pool.pid), "SIGKILL");
      return pool.kill();
    },
  };
}

/** Those that are still there. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended since it was looked for.
    }
  }
}

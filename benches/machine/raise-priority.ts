import { execFile } from "node:child_process";
import { promisify } from "node:util";

/**
 * Nothing of usual priority interrupts the process any more, so what it does takes as long by the clock as it takes: Redis' slow log goes by
 * the clock. @returns what takes it back; undefined where it is not allowed, as to all but root.
 */
export async function raisePriority(pid: number): Promise<(() => Promise<void>) | undefined> {
  const change = (...policy: readonly [string, string]) => {
    const [name, priority] = policy;
    return promisify(execFile)("chrt", ["--all-tasks", name, "--pid", priority, String(pid)]);
  };
  try {
    await change("--fifo", "1");
  } catch {
    return undefined;
  }
  return async () => void (await change("--other", "0"));
}

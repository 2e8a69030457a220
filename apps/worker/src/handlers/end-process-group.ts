import type { ChildProcess } from "node:child_process";

/**
 * Ends a process that was spawned `detached`, with all it has started: SIGTERM at once, SIGKILL after `killMs` or, for what
 * its first process leaves behind, as soon as that is gone.
 */
export function endProcessGroup(child: ChildProcess, killMs: number): void {
  const { pid } = child;
  if (pid === undefined) return;
  signalGroup(pid, "SIGTERM");
  const kill = () => signalGroup(pid, "SIGKILL");
  const timer = setTimeout(kill, killMs);
  child.once("exit", () => {
    clearTimeout(timer);
    kill();
  });
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group, which is what was wanted.
  }
}

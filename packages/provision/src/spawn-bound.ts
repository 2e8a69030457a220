import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";

/**
 * The shell leaves a reader of our pipe (fd 3) behind and then *becomes* the command, so that pid, exit code and output are
 * the command's own. When our end of the pipe goes away, however we died, the reader sees the end of file and stops the
 * command, first politely. A line on the pipe means that the command is gone and its pid no longer ours to signal.
 */
const script = `
(
  read -r _ <&3 && exit
  kill -TERM $$
  for second in 1 2 3 4 5 6 7 8 9 10; do sleep 1; kill -0 $$ || exit; done
  kill -KILL $$
) >/dev/null 2>&1 &
exec "$@" 3<&-
`;

/**
 * Starts a program that never outlives this process, not even when this process gets SIGKILL, and that a Ctrl-C in the
 * terminal does not reach (it has a session of its own): its end is ours to order. stdin is empty; stdout and stderr are
 * pipes the caller must read.
 *
 * Rejected: `setpriv --pdeathsig` (Linux only, and it fires when the spawning *thread* ends, as test workers do); a Node
 * supervisor (40 MB, and one more process that can be killed first).
 */
export function spawnBound(
  command: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): ChildProcess {
  const child = spawn("sh", ["-c", script, "sh", command, ...args], {
    ...options,
    detached: true,
    // Not stdin: Node closes its end of that before it tells anybody of the exit.
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const lifeline = child.stdio[3] as Socket | undefined;
  // The reader may be gone before the farewell is written.
  lifeline?.on("error", () => undefined).resume();
  child.once("exit", () => lifeline?.end("gone\n", () => lifeline.destroy()));
  return child;
}

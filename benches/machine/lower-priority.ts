import { writeFile } from "node:fs/promises";
import { setPriority } from "node:os";

/** Against a process of the usual priority on the same core: the kernel's weights are 335 to 1024. */
const niceForAQuarter = 5;

/**
 * Leaves a process a quarter of its core while a neighbour of usual priority wants all of it. Where the kernel shares out by
 * session first (`sched_autogroup_enabled`), the process's own priority means nothing to other sessions, so its session's
 * is lowered; it must be alone in it.
 */
export async function lowerPriority(pid: number): Promise<void> {
  try {
    await writeFile(`/proc/${pid}/autogroup`, String(niceForAQuarter));
  } catch {
    setPriority(pid, niceForAQuarter);
  }
}

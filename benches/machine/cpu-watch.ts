import { readCpuTimes } from "./cpu-times.ts";
import { loadCore, serverCore } from "./pin-process.ts";

export interface WatchedProcess {
  readonly pid: number;
  /** Undefined when it may run on any. */
  readonly core: number | undefined;
}

/**
 * Shares of one core over a window, 0 to 1 and for programs with busy threads more. `others` is whatever ran beside us:
 * figures with much of it are not ours.
 */
export type CpuShares<Name extends string> = Readonly<Record<Name | "othersOnServerCore" | "othersOnLoadCore", number>>;

/** Begins to watch; the returned function ends it. */
export async function watchCpu<Name extends string>(
  processes: Readonly<Record<Name, WatchedProcess>>,
): Promise<() => Promise<CpuShares<Name>>> {
  const watched = Object.entries<WatchedProcess>(processes);
  const pids = Object.fromEntries(watched.map(([name, { pid }]) => [name, pid]));
  const [before, startedMs] = [await readCpuTimes(pids), performance.now()];
  return async () => {
    const [after, elapsedMs] = [await readCpuTimes(pids), performance.now() - startedMs];
    const shareOf = (name: string) => ((after.processes[name] ?? 0) - (before.processes[name] ?? 0)) / elapsedMs;
    const sharesOf = (wanted: (core: number | undefined) => boolean) =>
      watched.filter(([, { core }]) => wanted(core)).reduce((sum, [name]) => sum + shareOf(name), 0);
    const coreShare = (core: number) => ((after.cores[core] ?? 0) - (before.cores[core] ?? 0)) / elapsedMs;
    const othersOn = (core: number) => Math.max(0, coreShare(core) - sharesOf((pinnedTo) => pinnedTo === core));
    // Where those ran that may run anywhere is not known; what others took is then known for both cores together only.
    const anywhere = sharesOf((core) => core === undefined);
    const both = Math.max(0, othersOn(serverCore) + othersOn(loadCore) - anywhere);
    return {
      ...(Object.fromEntries(watched.map(([name]) => [name, shareOf(name)])) as Record<Name, number>),
      othersOnServerCore: anywhere > 0 ? both : othersOn(serverCore),
      othersOnLoadCore: anywhere > 0 ? both : othersOn(loadCore),
    } as CpuShares<Name>;
  };
}

import { readFile } from "node:fs/promises";

/** Processor time so far, in milliseconds: of the watched processes by name, and of each core whoever used it. */
export interface CpuTimes {
  readonly processes: Readonly<Record<string, number>>;
  readonly cores: readonly number[];
}

/** The kernel counts in ticks of 10 ms, so windows below a second are coarse. */
const tickMs = 10;

/** Reads /proc; zeroes where there is none. */
export async function readCpuTimes(pids: Readonly<Record<string, number>>): Promise<CpuTimes> {
  const entries = Object.entries(pids).map(async ([name, pid]) => [name, await processTimeMs(pid)] as const);
  return { processes: Object.fromEntries(await Promise.all(entries)), cores: await coreTimesMs() };
}

/** Resident memory of a process in MiB; 0 where there is no /proc. */
export async function readResidentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

async function processTimeMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field is the name in parentheses and may hold spaces; utime and stime are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * tickMs;
}

async function coreTimesMs(): Promise<number[]> {
  const stat = await readFile("/proc/stat", "utf8").catch(() => "");
  return [...stat.matchAll(/^cpu\d+ (.*)$/gm)].map(([, line = ""]) => {
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(" ").map(Number);
    return (user + nice + system + irq + softirq + steal) * tickMs;
  });
}

import { execFileSync } from "node:child_process";

/** The processes a process has started itself, such as those of a pool; the commands of their handlers are not among them. */
export function childrenOf(pid: number): readonly number[] {
  const table = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" });
  return table.split("\n").flatMap((line) => {
    const [, child = "", parent = "", args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === pid && args.includes("--of-pool") ? [Number(child)] : [];
  });
}

/** A worker and, where it is a pool, its processes. */
export function familyOf(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid)];
}

/** False also for one that has ended and that nobody has asked for its end yet. */
export function isAlive(pid: number): boolean {
  const table = execFileSync("ps", ["-eo", "pid=,stat="], { encoding: "utf8" });
  return table.split("\n").some((line) => {
    const [, one = "", state = ""] = /^\s*(\d+)\s+(\S+)/.exec(line) ?? [];
    return Number(one) === pid && !state.startsWith("Z");
  });
}

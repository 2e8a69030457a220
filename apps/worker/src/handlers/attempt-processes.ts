import { randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Of these everything an attempt has started is found: its first process, and a text all of them inherit. */
export interface AttemptProcesses {
  /** Of a process spawned `detached`, so that it leads a group and a session of its own. */
  readonly leader: number;
  readonly marker: string;
}

/** What the program must find in its environment, so that its descendants can be told from all other processes. */
export function createMarker(): { readonly marker: string; readonly environment: Readonly<Record<string, string>> } {
  const marker = randomUUID();
  return { marker, environment: { SY_ATTEMPT: marker } };
}

/** A process that SIGKILL does not end in that time hangs in the kernel, and nobody can. */
const killedMs = 1_000;

/**
 * Ends all processes of an attempt and waits until they are gone: SIGTERM at once, SIGKILL to what is left after `killMs`.
 *
 * On Linux that includes what has left the process group (`setsid`, a daemon): it is told by its parent, or by the marker in
 * its environment once the parent is gone. Only a process that has done all three gets away: left the session, lost its
 * parent, and cleared its environment. Elsewhere there is no /proc, and the group alone is ended.
 *
 * Rejected: cgroups, which need a tree that is writable for the worker; PR_SET_CHILD_SUBREAPER, which Node cannot set; a PID
 * namespace for each program, which needs privileges that containers take away.
 */
export async function endProcesses(processes: AttemptProcesses, killMs: number): Promise<void> {
  const killAtMs = performance.now() + killMs;
  const members: Members = new Map();
  const told = new Set<number>();
  for (let pauseMs = 5; ; pauseMs = Math.min(2 * pauseMs, 100)) {
    const targets = await targetsOf(processes, members);
    const leftMs = killAtMs - performance.now();
    if (targets.size === 0 || leftMs < -killedMs) return;
    for (const target of targets) {
      if (leftMs <= 0) send(target, "SIGKILL");
      // Once: many programs take a second SIGTERM for impatience and leave their work undone.
      else if (!told.has(target)) send(target, "SIGTERM");
      told.add(target);
    }
    await sleep(leftMs > 0 ? Math.min(pauseMs, leftMs) : pauseMs);
  }
}

function send(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    // It is gone, which is what was wanted, or belongs to another user, whom this worker cannot end.
    return false;
  }
}

/** Process number to when it started: the same number with another start is another process. */
type Members = Map<number, string>;

/** What is to be signalled: processes, and the group as a whole by its negative number, which no fork can outrun. */
async function targetsOf({ leader, marker }: AttemptProcesses, members: Members): Promise<Set<number>> {
  const all = await listProcesses();
  if (all === undefined) return new Set(send(-leader, 0) ? [-leader] : []);
  const isMarked = await Promise.all(all.map(({ pid }) => hasMarker(pid, marker)));
  const found = new Set(
    all.filter(
      ({ pid, group, session, started }, index) =>
        group === leader || session === leader || members.get(pid) === started || isMarked[index] === true,
    ),
  );
  // A set that grows is walked to its new end: children of children are found, too.
  for (const { pid } of found) for (const other of all) if (other.parent === pid) found.add(other);
  members.clear();
  for (const { pid, started } of found) members.set(pid, started);
  const living = [...found].filter(({ pid, isGone }) => !isGone && pid !== process.pid);
  return new Set(living.map(({ pid, group }) => (group === leader ? -leader : pid)));
}

interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly started: string;
  /** Ended, and not yet collected by its parent. */
  readonly isGone: boolean;
}

/** Undefined where there is no /proc. */
async function listProcesses(): Promise<readonly SeenProcess[] | undefined> {
  const names = await readdir("/proc").catch(() => undefined);
  const all = names?.filter((name) => /^\d+$/.test(name)).map((name) => readProcess(Number(name)));
  return all && (await Promise.all(all)).filter((seen) => seen !== undefined);
}

async function readProcess(pid: number): Promise<SeenProcess | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  if (stat === "") return undefined;
  // `1 (name) S 0 1 1 …`; a name may hold spaces and parentheses. See proc(5): starttime is the 22nd field.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state = "", parent, group, session] = fields;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    started: fields[19] ?? "",
    isGone: state === "Z" || state === "X",
  };
}

async function hasMarker(pid: number, marker: string): Promise<boolean> {
  // Those of other users cannot be read, and not be signalled either.
  const environment = await readFile(`/proc/${pid}/environ`).catch(() => undefined);
  return environment?.includes(marker) === true;
}

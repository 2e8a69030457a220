import type { RunEvent } from "./run-log.ts";

export interface Expectation {
  /** Tasks of each group in the order in which they were enqueued; only those whose order is promised. */
  readonly order: ReadonlyMap<string, readonly string[]>;
  /**
   * Given up because their workers were lost twice. They have no end, and a worker that was thought dead may tell the log of their
   * start later than that, so what it says of them counts for nothing.
   */
  readonly lost: ReadonlySet<string>;
}

export interface Violations {
  /** Starts beside more tasks of the group than were allowed. */
  readonly overlaps: readonly string[];
  /** Groups whose tasks first started in another order. */
  readonly disorders: readonly string[];
}

/**
 * A limit counts from the moment it is raised, and until the moment it has been lowered. Without one it is 1. What has its place
 * when the limit is lowered keeps it for its next attempt.
 */
export function checkRunLog(events: readonly RunEvent[], { order, lost }: Expectation): Violations {
  const limits = new Map<string, number>();
  const running = new Map<string, Set<string>>();
  const kept = new Map<string, Set<string>>();
  const firstStarts = new Map<string, Set<string>>();
  const overlaps: string[] = [];
  for (const { kind, task, group, value } of events) {
    if (lost.has(task)) continue;
    const now = getOrAdd(running, group);
    if (kind === "limit") {
      if (value < (limits.get(group) ?? 1)) kept.set(group, new Set(now));
      limits.set(group, value);
      continue;
    }
    const hadPlace = getOrAdd(kept, group).delete(task);
    if (kind === "end") {
      now.delete(task);
      continue;
    }
    getOrAdd(firstStarts, group).add(task);
    // A task that starts again is one whose last attempt was lost, and takes the place it had.
    const beside = [...now].filter((other) => other !== task);
    if (!hadPlace && beside.length >= (limits.get(group) ?? 1))
      overlaps.push(`${task} in ${group} beside ${beside.join(", ")}`);
    now.add(task);
  }
  const disorders = [...order].flatMap(([group, expected]) => {
    const promised = new Set(expected);
    const actual = [...(firstStarts.get(group) ?? [])].filter((task) => promised.has(task));
    return actual.join() === expected.filter((task) => actual.includes(task)).join() ? [] : [group];
  });
  return { overlaps, disorders };
}

function getOrAdd(map: Map<string, Set<string>>, key: string): Set<string> {
  const set = map.get(key) ?? new Set();
  map.set(key, set);
  return set;
}

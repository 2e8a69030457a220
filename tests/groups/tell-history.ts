import type { RunEvent } from "./run-log.ts";

/** What the log says of some tasks, in its order, with the number of the execution that said it. */
export function tellHistory(events: readonly RunEvent[], tasks: ReadonlySet<string>): string {
  return events
    .map(({ kind, task, group, token }, index) => ({ task, line: `${index} ${group} ${task} ${kind} ${token}` }))
    .filter(({ task }) => tasks.has(task))
    .map(({ line }) => line)
    .join("\n");
}

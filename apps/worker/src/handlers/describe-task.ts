import type { Attempt } from "@switchyard/tasks/task-worker";

/** A task as handlers outside of this process are given it. */
export function describeTask({ task, number, token }: Attempt): string {
  const { id, handler, data, group } = task;
  return JSON.stringify({ id, handler, data, group, attempt: number, token });
}

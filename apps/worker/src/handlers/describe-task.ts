import type { Attempt } from "@switchyard/tasks/task-worker";

/** A task as handlers outside of this process are given it, on one line. Its data is the JSON that was enqueued. */
export function describeTask({ task, dataJson, number, token }: Attempt): string {
  const { id, handler, group } = task;
  const [before = "", after = ""] = [
    { id, handler },
    { group, attempt: number, token },
  ].map((part) => JSON.stringify(part).slice(1, -1));
  return `{${before},"data":${dataJson},${after}}`;
}

import { ungrouped } from "../../group-name.ts";
import type { TaskKeys } from "../../redis/task-keys.ts";
import type { TaskStatus } from "../../task.ts";
import type { TaskFilter } from "../../search/task-search.ts";

/** A key of the queue in which tasks of one kind lie, in an order of its own. */
export interface SearchSource {
  readonly key: string;
  readonly kind: "list" | "set";
  /** Of a set: by falling score, or by rising. */
  readonly order: "newest" | "oldest";
  /** What one millisecond is in its scores, where those are times. */
  readonly perMs?: number;
  /** Its tasks may wait for a time; see {@link delayedSource}. */
  readonly isDue?: boolean;
  /** What is anything else by now is no task of this source any more. */
  readonly status?: TaskStatus;
}

/** A delayed task's score is a time in these units, so that those of one millisecond have an order. */
export const dueUnitsPerMs = 0x1000;

/** Tasks that wait for a time, what is due first. */
export function delayedSource({ queuePrefix, queueName }: TaskKeys): SearchSource {
  return { key: `${queuePrefix}:${queueName}:delayed`, kind: "set", order: "oldest", isDue: true };
}

/** Where tasks that may match lie, in the order in which they are told. */
export function searchSources({ status, group }: TaskFilter, keys: TaskKeys): readonly SearchSource[] {
  const queue = `${keys.queuePrefix}:${keys.queueName}:`;
  const list = (name: string): SearchSource => ({ key: queue + name, kind: "list", order: "newest" });
  const set = (name: string): SearchSource => ({ key: queue + name, kind: "set", order: "newest" });
  // Of the ungrouped some lie elsewhere, as those that wait for a share of their handler.
  const hasOwnQueue = group !== undefined && group !== ungrouped;
  const running = [list("active")];
  // What came past our door and was not looked at yet: its group is known by nobody else.
  const waiting = [list("wait"), set(hasOwnQueue ? `g:q:${group}` : "prioritized")];
  const delayed = delayedSource(keys);
  const failed = group === undefined ? { ...set("failed"), perMs: 1 } : { ...set(`g:d:${group}`), perMs: 1_000 };
  const ended = {
    failed: { ...failed, status: "failed" },
    cancelled: { ...set(""), key: keys.cancelledIds, perMs: 1, status: "cancelled" },
    succeeded: { ...set("completed"), perMs: 1, status: "succeeded" },
  } as const;
  switch (status) {
    case undefined:
      // Those of a group that are looked up are on its first page.
      return group === undefined
        ? [...running, ...waiting, delayed, ended.failed, ended.cancelled, ended.succeeded]
        : [...running, ...waiting, ended.failed, delayed, ended.cancelled, ended.succeeded];
    case "running":
      return running;
    case "queued":
      return [...waiting, delayed];
    case "retrying":
      return [{ key: keys.retryingIds, kind: "set", order: "oldest", isDue: true, status }];
    default:
      return [ended[status]];
  }
}

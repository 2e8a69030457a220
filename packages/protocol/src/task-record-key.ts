import type { TaskId } from "./task-id.ts";

/**
 * Where a task's record lies in Redis, when there is more to say of the task than its job does (derived-record.lua): a STRING of three
 * lines.
 *
 * | line | text                                                                                                            |
 * | ---- | --------------------------------------------------------------------------------------------------------------- |
 * | 1    | the record as JSON                                                                                              |
 * | 2    | its place in the channel `task:<id>`: `<seq> <offset> <epoch> <timeMs>`, or empty while that has other contents |
 * | 3    | what only the scripts that change records want to know                                                          |
 *
 * Scripts of tasks write it, and scripts of channels read it: with a place it is all there is of its channel, whose newest and only
 * publication is `{"data":<line 1>}`. The packages of the two do not know each other; this is what they have agreed on.
 */
export function taskRecordKey(prefix: string, taskId: TaskId): string {
  return `${taskRecordKeyPrefix(prefix)}${taskId}`;
}

/**
 * What a script needs that reads records: most tasks' are not written before they are done, as their jobs say the same. A job lies at
 * `<tag>:tasks:<id>`.
 */
export const derivedRecordLua = new URL("./derived-record.lua", import.meta.url);

/** Begins the keys of records, for scripts that find ids while they run. */
export function taskRecordKeyPrefix(prefix: string): string {
  return `${tasksHashTag(prefix)}:record:`;
}

/** Begins every key of tasks and of their channels, which one script changes together: in a Cluster they lie in one slot. */
export function tasksHashTag(prefix: string): string {
  return `{${prefix}:tasks}`;
}

/**
 * A record nothing has happened to for so long goes away by itself, so that tasks removed behind our back leave nothing for
 * ever. Should its task run after all, the record is made anew as for a task without one.
 */
export const quietRecordTtlMs = 30 * 86_400_000;

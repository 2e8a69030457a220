import { isDeepStrictEqual } from "node:util";
import type { TaskRecord } from "@switchyard/tasks/task";
import { checkRunLog } from "../../groups/check-run-log.ts";
import type { RunEvent } from "../../groups/run-log.ts";
import type { Effect } from "./effect-log.ts";

/** All that is known of a run when it is over. */
export interface TaskStory {
  /** Accepted tasks, each group's in the order in which it was promised to run. */
  readonly order: ReadonlyMap<string, readonly string[]>;
  readonly effects: readonly Effect[];
  /** As the hub answers in the end, by id; missing: it knows nothing of the task. */
  readonly records: ReadonlyMap<string, TaskRecord>;
  /** Ends that were published, by id. */
  readonly ends: ReadonlyMap<string, readonly TaskRecord[]>;
}

/** What must be zero, whatever was done to the hub. */
export interface TaskPromises {
  /** Accepted, and not succeeded in the end, or without an effect. */
  readonly lost: number;
  /** The end was published twice, or is not the one the record has, or its result is another execution's than the newest. */
  readonly doubleResults: number;
  /** Started beside another of the group, where one at a time is allowed. */
  readonly overlaps: number;
  /** Groups that ran in another order. */
  readonly disorders: number;
}

export interface TaskVerdict {
  readonly promises: TaskPromises;
  readonly tasks: number;
  /** Tasks whose end was heard. Fewer than all where Redis itself was down; else nothing was shown of double results. */
  readonly endsHeard: number;
  /** Effects beyond the first of a task: running is at-least-once. */
  readonly repeatedEffects: number;
  /** Effects of executions that had been replaced; a store that looks at the token refuses them. */
  readonly zombieEffects: number;
  readonly examples: readonly string[];
}

export function judgeTasks({ order, effects, records, ends }: TaskStory): TaskVerdict {
  const ids = [...order.values()].flat();
  const { current, replaced } = splitByToken(effects);
  const did = Map.groupBy(
    effects.filter(({ kind }) => kind === "effect"),
    ({ task }) => task,
  );
  const lost = ids.filter((id) => records.get(id)?.status !== "succeeded" || !did.has(id));
  const double = ids.filter((id) => {
    const [end, ...more] = ends.get(id) ?? [];
    const record = records.get(id);
    return more.length > 0 || (end !== undefined && !isDeepStrictEqual(end, record));
  });
  const { overlaps, disorders } = checkRunLog(current.map(toRunEvent), { order, lost: new Set() });
  const repeated = [...did.values()].reduce((sum, { length }) => sum + length - 1, 0);
  return {
    promises: {
      lost: lost.length,
      doubleResults: double.length,
      overlaps: overlaps.length,
      disorders: disorders.length,
    },
    tasks: ids.length,
    endsHeard: ids.filter((id) => ends.has(id)).length,
    repeatedEffects: repeated,
    zombieEffects: replaced.filter(({ kind }) => kind === "effect").length,
    examples: [
      ...lost.slice(0, 3).map((id) => `lost: ${id} ${JSON.stringify(records.get(id))}`),
      ...double.slice(0, 3).map((id) => `double: ${JSON.stringify([records.get(id), ends.get(id)])}`),
      ...overlaps.slice(0, 3),
      ...disorders.slice(0, 3).map((group) => `out of order: ${group}`),
    ],
  };
}

/** What an execution does after a newer one of its task has begun is a zombie's doing. */
function splitByToken(effects: readonly Effect[]) {
  const newest = new Map<string, number>();
  const current: Effect[] = [];
  const replaced: Effect[] = [];
  for (const effect of effects) {
    const token = Number(effect.token);
    const isReplaced = token < (newest.get(effect.task) ?? 0);
    if (!isReplaced) newest.set(effect.task, token);
    (isReplaced ? replaced : current).push(effect);
  }
  return { current, replaced };
}

function toRunEvent({ kind, task, group, token }: Effect): RunEvent {
  return { kind: kind === "start" ? "start" : "end", task, group, value: 0, token };
}

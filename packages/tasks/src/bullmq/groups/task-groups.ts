import { cutText } from "@switchyard/runtime/cut-text";
import type { Explanation, GroupSettings, GroupState, TaskGroups } from "../../group.ts";
import { allGroups, type GroupName, parseGroupName } from "../../group-name.ts";
import { parseTaskId } from "../../ids-from-outside.ts";
import type { ScriptPlace } from "../../redis/define-script.ts";
import type { TaskKeys } from "../../redis/task-keys.ts";
import type { TaskId } from "@switchyard/protocol/task-id";
import type { TaskStatus } from "../../task.ts";
import { isScanCursor } from "@switchyard/runtime/scan-cursor";
import { checkedLimit, refuseCursor } from "../../page-request.ts";
import { groupScripts as scripts, type RawGroup } from "./group-scripts.ts";
import { rebuildIndex } from "./rebuild-index.ts";
import { readDeadReasons } from "./read-dead-reasons.ts";
import { createLetterActs } from "./letter-acts.ts";
import { readPause, readTrouble } from "./trouble-reader.ts";
import { checkGroupSettings, defaultGroupSettings, packSettings, unpackSettings } from "./settings.ts";

/** So many tasks are cancelled in one step, in 2 ms: Redis serves nobody else meanwhile. */
const stepSize = 50;
/** So many groups are read in one step, of a millisecond. */
const groupsAtOnce = 40;
/** For one page, of 1 000 groups or of so many that are passed. */
const stepsMax = 25;

export interface TaskGroupsParts {
  readonly place: ScriptPlace;
  readonly keys: TaskKeys;
  /** Ends one task wherever it is. */
  readonly cancelTask: (taskId: TaskId, reason: string) => Promise<boolean>;
  /** So many dead letters were discarded. */
  readonly onDiscarded: (count: number) => void;
}

/** Names are parsed here, at the door; behind it they are of their own types. */
export function createTaskGroups({ place, keys, cancelTask, onDiscarded }: TaskGroupsParts): TaskGroups {
  const read = async (group: GroupName | typeof allGroups): Promise<GroupState> =>
    groupState(group, await scripts.readGroup.run(place, { group }));

  return {
    get: async (name) => read(parseOneOrAll(name)),
    drain: async (name) => drain(place, parseGroupName(name, "id"), "its group was drained"),
    async list({ cursor = "", limit = 100, status = "" }) {
      if (cursor !== "" && !(/^[1-5]:/.test(cursor) && isScanCursor(cursor.slice(2)))) refuseCursor();
      const items: GroupState[] = [];
      let [next, left, steps] = [cursor, checkedLimit(limit), 0];
      do {
        const [after, flat] = await scripts.listGroups.run(place, {
          cursor: next,
          limit: Math.min(left, groupsAtOnce),
          status,
        });
        items.push(...pairs(flat).map(([group, state]) => groupState(group as GroupName, state as RawGroup)));
        [next, left, steps] = [after, limit - items.length, steps + 1];
      } while (next !== "" && left > 0 && steps < stepsMax);
      return { items, cursor: next };
    },
    async configure(name, patch) {
      const group = parseOneOrAll(name);
      if (patch === null) await setGroup(place, { layer: "r", group, packed: "" });
      else {
        checkGroupSettings(patch);
        const { settings } = await read(group);
        await setGroup(place, { layer: "r", group, packed: packSettings({ ...settings, ...patch }) });
      }
      return read(group);
    },
    async pause(name, { reason = "paused", by = "" } = {}) {
      const group = parseGroupName(name, "id");
      await scripts.pauseGroup.run(place, { group, reason: cutText(reason, 500), by: cutText(by, 100) });
      return read(group);
    },
    async resume(name) {
      const group = parseGroupName(name, "id");
      await scripts.resumeGroup.run(place, { group });
      return read(group);
    },
    async cancelAll(name, reason = "its group was cancelled") {
      const group = parseGroupName(name, "id");
      const waiting = await drain(place, group, reason);
      const others = await scripts.listPlaces.run(place, { group });
      const ended = await Promise.all(others.map((taskId) => cancelTask(taskId, reason)));
      return waiting + ended.filter(Boolean).length;
    },
    deadReasons: async (name) => readDeadReasons(place, keys, parseGroupName(name, "id")),
    ...createLetterActs(place, onDiscarded),
    why: async (taskId) => explanation(await scripts.explainTask.run(place, { id: parseTaskId(taskId) })),
    trouble: () => readTrouble(place),
    rebuild: () => rebuildIndex(place),
  };
}

async function setGroup(
  place: ScriptPlace,
  values: { readonly layer: "r" | "f"; readonly group: GroupName | typeof allGroups; readonly packed: string },
): Promise<void> {
  const hasChanged = await scripts.configureGroup.run(place, values);
  if (values.group !== allGroups || !hasChanged) return;
  for (const state of ["acts", "limited"]) {
    let cursor = "0";
    do cursor = await scripts.rearmGroups.run(place, { state, cursor });
    while (cursor !== "0");
  }
}

function parseOneOrAll(name: string): GroupName | typeof allGroups {
  return name === allGroups ? name : parseGroupName(name, "id");
}

async function drain(place: ScriptPlace, group: GroupName, reason: string): Promise<number> {
  const failure = JSON.stringify({ code: "cancelled", message: reason });
  for (let total = 0; ;) {
    const [cancelled, left] = await scripts.cancelWaiting.run(place, { group, limit: stepSize, failure });
    total += cancelled;
    if (left === 0) return total;
  }
}

/** The file's settings take the place of what an earlier file has set; what was set at run time stays above them. */
export async function applyFileSettings(
  place: ScriptPlace,
  settings: ReadonlyMap<GroupName | typeof allGroups, GroupSettings>,
): Promise<void> {
  // Settings that are the defaults anyway are not set: scripts are quicker where nothing is.
  const set = [...settings].filter(([, own]) => packSettings(own) !== packSettings(defaultGroupSettings));
  for (const [group, own] of set) {
    await setGroup(place, { layer: "f", group, packed: packSettings(own) });
  }
  const kept = JSON.stringify(set.map(([group]) => group));
  let cursor = "0";
  do cursor = await scripts.keepFileSettings.run(place, { kept, cursor });
  while (cursor !== "0");
}

function groupState(id: GroupName | typeof allGroups, raw: RawGroup): GroupState {
  const [waiting, active, held, status, reason, limitedUntil, oldestId, oldestAt, deadLetterCount, ...rest] = raw;
  const [packed, pause, isOwn] = rest;
  return {
    id,
    status: status as GroupState["status"],
    reason: reason === "" ? null : reason,
    ...readPause(pause),
    limitedUntilMs: limitedUntil === "" ? null : Number(limitedUntil),
    waiting,
    active,
    held,
    oldest: oldestId === "" ? null : { id: oldestId as TaskId, enqueuedAtMs: Number(oldestAt) },
    deadLetters: deadLetterCount,
    settings: unpackSettings(packed),
    hasOwnSettings: isOwn === 1,
  };
}

/** See explain-task.lua. */
function explanation([state, group, ...rest]: readonly (string | number)[]): Explanation {
  const known = { group: String(group) as GroupName };
  const [first, second = ""] = rest;
  const ahead = Number(first);
  switch (state) {
    case "settled":
      return { state, ...known, status: first as Extract<TaskStatus, "succeeded" | "failed" | "cancelled"> };
    case "running":
      return { state, ...known, sinceMs: Number(first) };
    case "delayed":
      return { state, ...known, untilMs: Number(first) };
    case "paused":
      return { state, ...known, ahead, paused: second === "queue" ? "queue" : "group", reason: String(rest[2]) };
    case "limited":
      return { state, ...known, ahead, untilMs: Number(second) };
    case "maxed":
      return { state, ...known, ahead, by: rest.slice(1).map(String) };
    case "held":
      return { state, ...known, ahead, by: String(second), untilMs: Number(rest[2]) };
    case "handler_maxed":
      return { state, ...known, ahead, limit: Number(second) };
    case "throttled":
      return { state, ...known, ahead, limit: String(second) };
    case "behind":
      return { state, ...known, ahead };
    case "ready":
      return { state, ...known };
    default:
      return { state: "unknown" };
  }
}

function pairs<T>(flat: readonly T[]): readonly (readonly [T, T])[] {
  return flat.flatMap((value, index) => (index % 2 === 0 ? [[value, flat[index + 1] as T] as const] : []));
}

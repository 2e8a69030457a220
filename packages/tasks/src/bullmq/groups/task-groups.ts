import { cutText } from "@switchyard/runtime/cut-text";
import type { DeadLetter, Explanation, GroupSettings, GroupState, Page, PageRequest, TaskGroups } from "../../group.ts";
import { allGroups, type GroupName, parseGroupName } from "../../group-name.ts";
import { parseTaskId } from "../../ids-from-outside.ts";
import type { ScriptPlace } from "../../redis/define-script.ts";
import type { TaskKeys } from "../../redis/task-keys.ts";
import type { TaskId } from "@switchyard/protocol/task-id";
import type { TaskStatus } from "../../task.ts";
import { TaskRejection } from "../../task-rejection.ts";
import { groupScripts as scripts, type RawGroup } from "./group-scripts.ts";
import { rebuildIndex } from "./rebuild-index.ts";
import { readDeadReasons } from "./read-dead-reasons.ts";
import { readPause, readTrouble } from "./trouble-reader.ts";
import { checkGroupSettings, defaultGroupSettings, packSettings, unpackSettings } from "./settings.ts";

/** So many tasks are cancelled in one step, in 2 ms: Redis serves nobody else meanwhile. */
const stepSize = 50;
/** So many groups and dead letters are read in one step, of a millisecond. */
const groupsAtOnce = 40;
const lettersAtOnce = 250;

/** `cancel` ends one task wherever it is. Names are parsed here, at the door; behind it they are of their own types. */
export function createTaskGroups(
  place: ScriptPlace,
  keys: TaskKeys,
  cancelTask: (taskId: TaskId, reason: string) => Promise<boolean>,
): TaskGroups {
  const read = async (group: GroupName | typeof allGroups): Promise<GroupState> =>
    groupState(group, await scripts.readGroup.run(place, { group }));

  return {
    get: async (name) => read(parseOneOrAll(name)),
    drain: async (name) => drain(place, parseGroupName(name, "id"), "its group was drained"),
    async list({ cursor = "", limit = 100 }) {
      if (cursor !== "" && !/^[1-5]:\d+$/.test(cursor)) refuse("cursor", "is not one that was handed out");
      const items: GroupState[] = [];
      let [next, left] = [cursor, checkedLimit(limit)];
      do {
        const [after, flat] = await scripts.listGroups.run(place, {
          cursor: next,
          limit: Math.min(left, groupsAtOnce),
        });
        items.push(...pairs(flat).map(([group, state]) => groupState(group as GroupName, state as RawGroup)));
        [next, left] = [after, limit - items.length];
      } while (next !== "" && left > 0);
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
    deadLetters: async (name, page) => deadLetters(place, parseGroupName(name, "id"), page),
    deadReasons: async (name) => readDeadReasons(place, keys, parseGroupName(name, "id")),
    redrive: async (name, check = () => undefined) => redrive(place, parseGroupName(name, "id"), check),
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

async function deadLetters(place: ScriptPlace, group: GroupName, page: PageRequest): Promise<Page<DeadLetter>> {
  const offset = Number(page.cursor === undefined || page.cursor === "" ? 0 : page.cursor);
  if (!Number.isInteger(offset) || offset < 0) refuse("cursor", "is not one that was handed out");
  const limit = checkedLimit(page.limit ?? 100);
  const [next, flat] = await scripts.listDeadLetters.run(place, { group, offset, limit });
  const items: DeadLetter[] = [];
  for (let index = 0; index + 4 < flat.length; index += 5) {
    const [id, handler = "", reason = "", attempts, failedAtMs] = flat.slice(index, index + 5);
    items.push({ id: id as TaskId, handler, reason, attempts: Number(attempts), failedAtMs: Number(failedAtMs) });
  }
  return { items, cursor: next === -1 ? "" : String(next) };
}

async function redrive(place: ScriptPlace, group: GroupName, check: (handler: string) => void): Promise<number> {
  const ids: TaskId[] = [];
  let cursor = "";
  do {
    const page = await deadLetters(place, group, { cursor, limit: lettersAtOnce });
    for (const { id, handler } of page.items) {
      check(handler);
      ids.push(id);
    }
    cursor = page.cursor;
  } while (cursor !== "");
  const oldestFirst = ids.toReversed();
  let count = 0;
  for (let from = 0; from < oldestFirst.length; from += stepSize) {
    // Over one connection, so in this order; Redis serves others between any two.
    const some = oldestFirst.slice(from, from + stepSize);
    const replies = await Promise.all(some.map((id) => scripts.retryTask.run(place, { id })));
    count += replies.filter(({ verdict }) => verdict === "queued").length;
  }
  return count;
}

function groupState(id: GroupName | typeof allGroups, raw: RawGroup): GroupState {
  const [waiting, active, held, status, reason, limitedUntil, oldestId, oldestAt, deadLetterCount, packed, pause] = raw;
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

function checkedLimit(limit: number): number {
  return Number.isInteger(limit) && limit >= 1 && limit <= 1_000
    ? limit
    : refuse("limit", "must be a whole number from 1 to 1000");
}

function refuse(field: string, detail: string): never {
  throw new TaskRejection("field_invalid", field, detail);
}

function pairs<T>(flat: readonly T[]): readonly (readonly [T, T])[] {
  return flat.flatMap((value, index) => (index % 2 === 0 ? [[value, flat[index + 1] as T] as const] : []));
}

import type { TaskId } from "@switchyard/protocol/task-id";
import type { GroupName } from "../../group-name.ts";
import {
  type DeadGroup,
  deadGroupsReadMax,
  type FailureKind,
  failureKindOf,
  firstLineOf,
  type GroupTrouble,
  lettersReadMax,
  type PausedGroup,
  pausedReadMax,
  type Refusal,
} from "../../group-trouble.ts";
import type { ScriptPlace } from "../../redis/define-script.ts";
import { groupScripts } from "./group-scripts.ts";

/** A hash of this many settings is looked through in about a millisecond. */
const fieldsReadMax = 5_000;

const refusals: ReadonlyMap<string, Refusal> = new Map([
  ["OOM", "full"],
  ["READONLY", "replica"],
  ["MISCONF", "disk"],
]);

/** What `TaskGroups.trouble` tells. */
export async function readTrouble(place: ScriptPlace): Promise<GroupTrouble> {
  const raw = await groupScripts.readTrouble.run(place, {
    pausedMax: pausedReadMax,
    fieldsMax: fieldsReadMax,
    lettersMax: lettersReadMax,
    groupsMax: deadGroupsReadMax,
  });
  const [nowMs, pausedBy, flat, isPartial, dead, letters, deadGroups, refusal, deadListed] = raw;
  const paused = [];
  for (let index = 0; index + 3 < flat.length; index += 4) {
    const [group, reason, waiting, pause] = flat.slice(index, index + 4);
    const known = readPause(String(pause));
    paused.push({ group: group as GroupName, reason: String(reason), waiting: Number(waiting), ...known });
  }
  return {
    readAtMs: Number(nowMs),
    refusal: refusal === "" ? null : (refusals.get(refusal) ?? "other"),
    queuePaused: pausedBy === "" ? null : pausedBy,
    paused: paused.toSorted((a, b) => b.waiting - a.waiting),
    isPausedPartial: isPartial === 1,
    dead,
    failures: sortByKind(letters),
    deadGroups: readDeadGroups(deadGroups),
    isDeadPartial: deadListed > deadGroupsReadMax,
  };
}

/** `<ms> <by>`, as the scripts keep it beside the reason; empty where a group is not paused, or was by an older version. */
export function readPause(text: string): Pick<PausedGroup, "pausedAtMs" | "pausedBy"> {
  const [, ms, by = ""] = /^(\d+) (.*)$/s.exec(text) ?? [];
  return { pausedAtMs: ms === undefined ? null : Number(ms), pausedBy: by === "" ? null : by };
}

/** @param letters the newest first, as the script returns them */
function sortByKind(letters: readonly string[]): readonly FailureKind[] {
  const kinds = new Map<string, FailureKind>();
  for (let index = 0; index + 4 < letters.length; index += 5) {
    const [id, handler = "", group, text = "", failedAtMs] = letters.slice(index, index + 5);
    const reason = firstLineOf(text);
    const key = JSON.stringify([group, handler, failureKindOf(text)]);
    const known = kinds.get(key);
    const newest = {
      group: group as GroupName,
      handler,
      reason,
      newestId: id as TaskId,
      newestAtMs: Number(failedAtMs),
    };
    kinds.set(key, { ...(known ?? newest), count: (known?.count ?? 0) + 1 });
  }
  return [...kinds.values()].toSorted((a, b) => b.count - a.count || b.newestAtMs - a.newestAtMs);
}

function readDeadGroups(flat: readonly (string | number)[]): readonly DeadGroup[] {
  const found: DeadGroup[] = [];
  for (let index = 0; index + 5 < flat.length; index += 6) {
    const [name, count, id, handler, text, failedAtMs] = flat.slice(index, index + 6);
    const group = name as GroupName;
    const reason = firstLineOf(String(text));
    const newest = {
      group,
      handler: String(handler),
      reason,
      count: 1,
      newestId: id as TaskId,
      newestAtMs: Number(failedAtMs),
    };
    found.push({ group, count: Number(count), newest });
  }
  return found;
}

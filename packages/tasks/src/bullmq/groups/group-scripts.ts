import { type ChangeReply } from "../../redis/change-record.ts";
import type { TaskId } from "@switchyard/protocol/task-id";
import type { GroupName } from "../../group-name.ts";
import { defineScript } from "../../redis/define-script.ts";
import { parseRecord } from "../../redis/record-fields.ts";
import type { TaskRecord } from "../../task.ts";
import type { CancelReply, DiscardReply, RetryReply } from "../../task-queue.ts";

const file = (name: string) => new URL(`./scripts/${name}.lua`, import.meta.url);
const nothing = () => undefined;

/** What the producer's side does to groups and tasks beyond adding them. Their prelude is {@link groupPrelude}'s. */
export const groupScripts = {
  cancelTask: defineScript({
    goesOnWhenFull: true,
    file: file("cancel-task"),
    args: ["id", "failure", "cancelChannel"],
    reply: (raw) => readVerdict<CancelReply>(raw),
  }),
  enqueueTasks: defineScript({ file: file("enqueue-tasks"), args: ["list"], reply: (raw) => raw as unknown[] }),
  retryTask: defineScript({
    file: file("retry-task"),
    args: ["id", "note"],
    reply: (raw) => readVerdict<RetryReply>(raw),
  }),
  discardTask: defineScript({
    goesOnWhenFull: true,
    file: file("discard-task"),
    args: ["id", "note"],
    reply: (raw) => readVerdict<DiscardReply>(raw),
  }),
  setAsideTask: defineScript({
    goesOnWhenFull: true,
    file: file("set-aside-task"),
    args: ["id", "token", "reason"],
    reply: nothing,
  }),
  configureGroup: defineScript({
    file: file("configure-group"),
    args: ["layer", "group", "packed"],
    reply: (raw) => raw === 1,
  }),
  keepFileSettings: defineScript({ file: file("keep-file-settings"), args: ["kept", "cursor"], reply: String }),
  rearmGroups: defineScript({ file: file("rearm-groups"), args: ["state", "cursor"], reply: String }),
  reconcileGroups: defineScript({
    goesOnWhenFull: true,
    file: file("reconcile-groups"),
    args: ["cursor"],
    reply: String,
  }),
  pauseGroup: defineScript({ file: file("pause-group"), args: ["group", "reason", "by"], reply: nothing }),
  resumeGroup: defineScript({ file: file("resume-group"), args: ["group"], reply: nothing }),
  cancelWaiting: defineScript({
    goesOnWhenFull: true,
    file: file("cancel-waiting"),
    args: ["group", "limit", "failure"],
    reply: (raw) => raw as [cancelled: number, left: number],
  }),
  listPlaces: defineScript({ file: file("list-places"), args: ["group"], reply: (raw) => raw as TaskId[] }),
  readGroup: defineScript({ file: file("read-group"), args: ["group"], reply: (raw) => raw as RawGroup }),
  listGroups: defineScript({
    file: file("list-groups"),
    args: ["cursor", "limit", "status"],
    reply: (raw) => raw as [cursor: string, groups: (string | RawGroup)[]],
  }),
  listDeadLetters: defineScript({
    file: file("list-dead-letters"),
    args: ["group", "offset", "limit"],
    reply: (raw) => raw as [next: number, letters: string[]],
  }),
  readUnrecorded: defineScript({
    file: file("read-unrecorded"),
    args: ["id"],
    reply: (raw) => (typeof raw === "string" ? parseRecord(raw) : undefined),
  }),
  settleLost: defineScript({ file: file("settle-lost"), args: ["list"], reply: (raw) => raw as TaskId[] }),
  lookAtShares: defineScript({
    goesOnWhenFull: true,
    file: file("look-at-shares"),
    args: ["keeper", "holdMs", "mayTakeOver"],
    reply: (raw) => (raw === null ? undefined : readShares(raw as string[])),
  }),
  setShare: defineScript({
    goesOnWhenFull: true,
    file: file("set-share"),
    args: ["handler", "concurrency", "mayRaise"],
    reply: (raw) => raw === 1,
  }),
  rememberPaces: defineScript({
    goesOnWhenFull: true,
    file: file("remember-paces"),
    args: ["paces", "keepMs", "most"],
    reply: nothing,
  }),
  recallShare: defineScript({ file: file("recall-share"), args: ["handler", "limit"], reply: Number }),
  lackHandler: defineScript({
    goesOnWhenFull: true,
    file: file("lack-handler"),
    args: ["handler", "token", "most", "isElsewhere"],
    reply: (raw) => raw === 1,
  }),
  noteApart: defineScript({
    goesOnWhenFull: true,
    file: file("note-apart"),
    args: ["id", "isBegun"],
    reply: () => undefined,
  }),
  readBacklog: defineScript({
    file: file("read-backlog"),
    args: ["groupsMax", "dueMax", "named"],
    reply: (raw) => raw as RawBacklog,
  }),
  readTrouble: defineScript({
    file: file("read-trouble"),
    args: ["pausedMax", "fieldsMax", "lettersMax", "groupsMax"],
    reply: (raw) => raw as RawTrouble,
  }),
  explainTask: defineScript({ file: file("explain-task"), args: ["id"], reply: (raw) => raw as (string | number)[] }),
  claimIndex: defineScript({ file: file("claim-index"), args: ["mayClaim"], reply: (raw) => raw === 1 }),
  adoptTasks: defineScript({
    file: file("adopt-tasks"),
    args: ["state", "cursor"],
    reply: (raw) => raw as [cursor: string, tasks: number, restored: number],
  }),
};

/** See read-group.lua. */
export type RawGroup = [number, number, number, string, string, string, string, string, number, string, string, number];

/** See read-trouble.lua. */
export type RawTrouble = [
  nowMs: string,
  pausedBy: string,
  paused: (string | number)[],
  isPartial: number,
  dead: number,
  letters: string[],
  deadGroups: (string | number)[],
  refusal: string,
  deadListed: number,
];

/** See read-backlog.lua. */
export type RawBacklog = [
  nowMs: string,
  entered: string,
  waiting: number,
  raw: number,
  running: number,
  delayed: number,
  due: number,
  dead: number,
  readyGroups: number,
  retries: number,
  dueSamples: string[],
  rows: RawBacklogRow[],
  shares: (string | number)[],
  paces: string[],
  lacking: (string | number)[],
];
export type RawBacklogRow = [
  group: GroupName,
  waiting: number,
  places: number,
  concurrency: number,
  isReady: number,
  isNamed: number,
  runnable: number,
  firstId: string,
  samples: string[],
  resumedMs: string,
];

function readVerdict<T extends { readonly verdict: string; readonly record?: TaskRecord }>(raw: unknown): T {
  const [verdict, record] = raw as [ChangeReply["verdict"], string | null];
  return (record === null ? { verdict } : { verdict, record: parseRecord(record) }) as unknown as T;
}

function readShares(flat: readonly string[]): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (let index = 0; index + 1 < flat.length; index += 2) shares.set(flat[index] ?? "", Number(flat[index + 1]));
  return shares;
}

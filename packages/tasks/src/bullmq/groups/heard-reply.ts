import type { TaskId } from "@switchyard/protocol/task-id";
import type { GroupName } from "../../group-name.ts";
import type { JobFields } from "../readable-job.ts";
import type { Begun, Ended } from "./handovers.ts";

/** What a script of ours has answered that ends an attempt, or takes a task, or both. */
export interface HeardReply {
  /** The next task; undefined where there is none, or none was wanted. */
  readonly task: HeardTask | undefined;
  /** How long the queue as a whole takes nothing up. */
  readonly limitMs: number;
  /** When to look again though nothing is enqueued, by this process' clock; 0: no such moment. */
  readonly lookAtMs: number;
  /** Absent where there was nothing to end. */
  readonly ended: Ended | undefined;
  /** Dead letters that gave way. */
  readonly dropped: number;
}

export interface HeardTask {
  readonly id: TaskId;
  /** Undefined where they could not be told apart, and must be read. */
  readonly fields: JobFields | undefined;
  readonly begun: Begun;
}

type Told = readonly string[];
/** Before the names and values of the job. */
const toldLength = 11;

/** Of `tasks.toldOf` in usual.lua. */
export function parseTold(text: string): HeardReply {
  const told: Told = text.split("\0");
  const [id = "", limitMs, lookAtMs, group, fence, verdict, record, ended, atMs, dropped, count] = told;
  const fields = told.slice(toldLength);
  return {
    task:
      id === ""
        ? undefined
        : {
            id: id as TaskId,
            fields: fields.length === Number(count) ? fields : undefined,
            begun: begunOf([group as GroupName, fence ?? "", verdict as Begun["verdict"], record || null]),
          },
    limitMs: Number(limitMs),
    lookAtMs: Number(lookAtMs),
    ended: ended === "" ? undefined : { verdict: ended as Ended["verdict"], atMs: Number(atMs) },
    dropped: Number(dropped),
  };
}

/** {job, id, limit, delay, begun, ended} of the scripts that run once at a time. */
export type RawReply = readonly [
  job: JobFields | 0 | null,
  id: unknown,
  limitMs: number,
  lookAtMs: number,
  begun?: RawBegun | null,
  ended?: Ended["verdict"] | null,
];
type RawBegun = readonly [group: GroupName, fence: string, verdict: Begun["verdict"], record: string | null];

export function readReply([job, id, limitMs, lookAtMs, begun, ended]: RawReply): HeardReply {
  return {
    task:
      Array.isArray(job) && begun
        ? { id: String(id) as TaskId, fields: job as JobFields, begun: begunOf(begun) }
        : undefined,
    limitMs: Number(limitMs),
    lookAtMs: Number(lookAtMs),
    ended: ended ? { verdict: ended, atMs: 0 } : undefined,
    dropped: 0,
  };
}

function begunOf([group, fence, verdict, recordJson]: RawBegun): Begun {
  return { group, fence, verdict, recordJson: recordJson ?? undefined };
}

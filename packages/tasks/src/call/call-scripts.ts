import { isTaskId, type TaskId } from "@switchyard/protocol/task-id";
import type { Redis } from "ioredis";
import { defineScript, type ScriptPlace } from "../redis/define-script.ts";
import type { CallKeys } from "./call-keys.ts";

/** No call has more time; what is longer than this past its beginning is over. */
export const callMaxMs = 60_000;

/** A call a worker has taken. */
export interface TakenCall {
  readonly id: TaskId;
  readonly message: string;
  readonly leftMs: number;
}

const file = (name: string) => new URL(`./scripts/${name}.lua`, import.meta.url);

export const callScripts = {
  beginCall: defineScript({
    file: file("begin-call"),
    args: ["id", "lane", "message", "leftMs", "waitingMax"],
    reply: (raw): "waiting" | "full" => (raw === 1 ? "waiting" : "full"),
  }),
  takeCalls: defineScript({ file: file("take-calls"), args: ["ids"], reply: readTaken, goesOnWhenFull: true }),
  cancelCall: defineScript({
    file: file("cancel-call"),
    args: ["id", "stops"],
    reply: (raw): boolean => raw === 1,
    goesOnWhenFull: true,
  }),
  /** Runs where records are, see `recordPrelude`. */
  keepResult: defineScript({
    file: file("keep-result"),
    args: ["id", "handler", "user", "result", "resultTtlMs"],
    reply: () => undefined,
  }),
};

/** Where all but `keepResult` run. The prelude says nothing, and is another for other names. */
export function callPlace(redis: Redis, keys: CallKeys): ScriptPlace {
  const { lanePrefix, callPrefix, cancelChannel } = keys;
  const constants = {
    LANES: lanePrefix,
    CALL: callPrefix,
    CANCELLED: cancelChannel,
    LANE_TTL_MS: String(callMaxMs),
  };
  return { redis, prelude: `-- ${lanePrefix}\n`, constants, slotKey: lanePrefix };
}

function readTaken(raw: unknown): readonly TakenCall[] {
  const list = raw as (string | number)[];
  const taken: TakenCall[] = [];
  for (let index = 0; index + 2 < list.length; index += 3) {
    const [id, message, leftMs] = list.slice(index, index + 3);
    if (typeof id === "string" && isTaskId(id)) taken.push({ id, message: String(message), leftMs: Number(leftMs) });
  }
  return taken;
}

import type { TaskRecord } from "../task.ts";
import { defineScript } from "./define-script.ts";
import { parseRecord } from "./record-fields.ts";

export interface ChangeReply {
  /** All but `changed` refuse. `unknown`: there is no record; it expired, or Redis lost it. */
  readonly verdict: "changed" | "settled" | "stale" | "unknown";
  readonly record: TaskRecord | undefined;
}

export const changeRecord = defineScript({
  file: new URL("./change-record.lua", import.meta.url),
  args: ["id", "fence", "status", "percent", "message", "result", "error"],
  reply(raw): ChangeReply {
    const [verdict, record] = raw as [ChangeReply["verdict"], string | null];
    return { verdict, record: record === null ? undefined : parseRecord(record) };
  },
});

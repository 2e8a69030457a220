import type { TaskRecord } from "../task.ts";
import { defineScript } from "./define-script.ts";
import { parseFlatRecord } from "./record-fields.ts";

/** `record` is there when it was created. */
export interface CreateReply {
  readonly verdict: "created" | "duplicate" | "conflict";
  readonly id: string;
  readonly record: TaskRecord | undefined;
}

export const createRecord = defineScript({
  file: new URL("./create-record.lua", import.meta.url),
  keys: ["record", "idempotency"],
  args: ["id", "handler", "group", "user", "attempts", "resultTtlMs", "recordTtlMs", "digest", "keyTtlMs"],
  reply(raw): CreateReply {
    const [verdict, id, flat] = raw as [CreateReply["verdict"], string, string[]?];
    return { verdict, id, record: flat === undefined ? undefined : parseFlatRecord(flat) };
  },
});

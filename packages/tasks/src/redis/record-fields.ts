import { mayChangeNumbers, parseExactJson } from "@switchyard/protocol/exact-json";
import type { TaskFailure, TaskRecord, TaskStatus } from "../task.ts";

/** A record as it lies in Redis, see task-record-key.ts. */
export function parseRecordText(text: string): TaskRecord {
  return parseRecord(text.slice(0, text.indexOf("\n")));
}

/** A record as scripts return and announce it; a result is passed on, so its numbers stay as they are spelled. */
export function parseRecord(json: string): TaskRecord {
  // Looked for in the result alone, as most records have none: two records are read for each task. What stands before it are texts
  // and times, so the first of this name is the record's own.
  const result = json.slice(json.indexOf('"result":') + 9);
  const isPlain = result.startsWith("null") || !mayChangeNumbers(result);
  return (isPlain ? JSON.parse(json) : parseExactJson(json)) as TaskRecord;
}

/** A change of a record; what is absent stays as it is. `result` is JSON already, encoded once where its size was checked. */
export interface RecordChange {
  readonly status: TaskStatus;
  readonly percent?: number | null;
  readonly message?: string | null;
  readonly result?: string;
  readonly error?: TaskFailure | null;
  /** Of the attempt that ends with it, see `noteAttempt`; absent: nothing is noted. */
  readonly note?: string | undefined;
}

/** A change as scripts take it: status, percent, message, result, error, note; empty text leaves a field as it is. */
export function encodeChange({ status, percent, message, result, error, note }: RecordChange): readonly string[] {
  return [status, encode(percent), encode(message), result ?? "", encode(error), note ?? ""];
}

function encode(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value);
}

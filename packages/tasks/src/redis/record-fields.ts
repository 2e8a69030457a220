import { taskStatuses, type TaskFailure, type TaskRecord, type TaskStatus } from "../task.ts";

/**
 * A record as it lies in its hash: texts and numbers as they are, `percent`, `message`, `result` and `error` as JSON so that
 * null and empty text stay apart. Beside the record's own fields the hash holds `fence`, the number of the newest execution,
 * and `resultTtlMs`.
 */
export function parseRecord(fields: Readonly<Record<string, string>>): TaskRecord | undefined {
  const id = fields["id"];
  const status = taskStatuses.find((candidate) => candidate === fields["status"]);
  if (id === undefined || status === undefined) return undefined;
  const number = (name: string) => Number(fields[name] ?? 0);
  const time = (name: string) => (fields[name] === undefined ? null : Number(fields[name]));
  const json = (name: string): unknown => JSON.parse(fields[name] ?? "null");
  return {
    id,
    handler: fields["handler"] ?? "",
    group: fields["group"] ?? "",
    user: fields["user"] ?? "",
    status,
    percent: json("percent") as number | null,
    message: json("message") as string | null,
    result: json("result"),
    error: json("error") as TaskFailure | null,
    attempt: number("attempt"),
    attempts: number("attempts"),
    seq: number("seq"),
    enqueuedAtMs: number("enqueuedAtMs"),
    startedAtMs: time("startedAtMs"),
    finishedAtMs: time("finishedAtMs"),
  };
}

/** What HGETALL gives inside a script: names and values in turn. */
export function parseFlatRecord(flat: readonly string[]): TaskRecord | undefined {
  const fields: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) fields[flat[index] ?? ""] = flat[index + 1] ?? "";
  return parseRecord(fields);
}

/** A change of a record; what is absent stays as it is. `result` is JSON already, encoded once where its size was checked. */
export interface RecordChange {
  readonly status: TaskStatus;
  readonly percent?: number | null;
  readonly message?: string | null;
  readonly result?: string;
  readonly error?: TaskFailure | null;
}

/** A change as scripts take it: status, percent, message, result, error; empty text leaves a field as it is. */
export function encodeChange({ status, percent, message, result, error }: RecordChange): readonly string[] {
  return [status, encode(percent), encode(message), result ?? "", encode(error)];
}

function encode(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value);
}

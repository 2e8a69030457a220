import type { BulkFilterAnswer } from "../../answers/bulk-acts.ts";
import { writeSearchFields } from "../../state/search-fields.ts";

const names = ["status", "handler", "group", "user", "reason", "since", "until"] as const;

/** A filter as it is typed to find tasks: `handler:mail reason:"smtp timeout"`. Times in milliseconds stand as dates. */
export function filterText({ since, until, ...filter }: BulkFilterAnswer): string {
  return writeSearchFields(names, {
    ...filter,
    ...(since !== undefined && { since: asDate(since) }),
    ...(until !== undefined && { until: asDate(until) }),
  });
}

function asDate(time: string): string {
  return /^\d+$/.test(time) ? new Date(Number(time)).toISOString() : time;
}

import type { BulkFilterAnswer } from "../../answers/bulk-acts.ts";

const names = ["status", "handler", "group", "user", "reason", "since", "until"] as const;

/** A filter as it is typed to find tasks: `handler:mail reason:"smtp timeout"`. Times in milliseconds stand as dates. */
export function filterText(filter: BulkFilterAnswer): string {
  return names
    .flatMap((name) => {
      const value = filter[name];
      if (value === undefined) return [];
      const isTime = (name === "since" || name === "until") && /^\d+$/.test(value);
      return [`${name}:${quoted(isTime ? new Date(Number(value)).toISOString() : value)}`];
    })
    .join(" ");
}

/** A value as a search takes it: where it needs quotation marks, its own and its `\` have a `\` in front. */
export function quoted(value: string): string {
  if (value !== "" && !/^"|\s/.test(value)) return value;
  return `"${value.replaceAll(/["\\]/g, "\\$&")}"`;
}

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

/** A value as a search takes it. One that needs quotation marks and has some is cut before its first: there is no way to write it. */
export function quoted(value: string): string {
  if (value !== "" && !/^"|\s/.test(value)) return value;
  const [plain = ""] = value.split('"', 1);
  return `"${plain}"`;
}

import type { BulkFilterAnswer } from "../../answers/bulk-acts.ts";

const names = ["status", "handler", "group", "user", "reason", "since"] as const;

/** A filter as it is typed to find tasks: `handler:mail reason:"smtp timeout"`. */
export function filterText(filter: BulkFilterAnswer): string {
  return names
    .flatMap((name) => {
      const value = filter[name];
      return value === undefined ? [] : [`${name}:${quoted(value)}`];
    })
    .join(" ");
}

/** Of a text with quotation marks what stands before them: a search has no way to write them. */
export function quoted(value: string): string {
  const [plain = ""] = value.split('"', 1);
  return /\s/.test(plain) || plain === "" ? `"${plain}"` : plain;
}

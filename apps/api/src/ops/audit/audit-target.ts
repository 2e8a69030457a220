import type { AuditEntry } from "./audit-entry.ts";

/** What the `:id` of a path is the id of, by what stands before it. */
const byPlace: Readonly<Record<string, string>> = {
  groups: "group",
  tasks: "task",
  schedules: "schedule",
  items: "item",
  notifications: "notification",
};

/** Places with other names, where these are not the kind: the board of queues has words of its own. */
const byName: Readonly<Record<string, string>> = { jobId: "task", queueName: "queue", schedulerId: "scheduler" };

const idInPath = /([\w-]+)\/:id\b/;

/**
 * What an entry is about, each by its kind and its name: `group:mail`, `task:t_1`, `user:ann`. A group and a schedule of one name are two
 * things, and so are told apart here.
 */
export function targetsOf({ action, target }: Pick<AuditEntry, "action" | "target">): readonly string[] {
  const [, place = ""] = idInPath.exec(action) ?? [];
  return Object.entries(target ?? {}).flatMap(([name, value]: [string, unknown]) => {
    const [table, word] = name === "id" ? [byPlace, place] : [byName, name];
    return typeof value === "string" ? `${Object.hasOwn(table, word) ? table[word] : word}:${value}` : [];
  });
}

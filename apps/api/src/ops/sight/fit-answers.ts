import type { AuditLineAnswer } from "@switchyard/console/audit";
import type { ScheduleSummary } from "@switchyard/tasks/schedule";
import type { Scope } from "../../scope.ts";
import { type GroupSight, narrowSightOf } from "../../access/group-sight.ts";
import { seesEntry } from "./sees-entry.ts";
import { seesSchedule } from "./sees-schedule.ts";
import type { Sight } from "./sight.ts";

/** Of lists as the routes answer them. */
interface Lists {
  readonly groups?: readonly { readonly id: string }[];
  readonly tasks?: readonly { readonly group: string }[];
  readonly schedules?: readonly Pick<ScheduleSummary, "spec">[];
  readonly bulkActs?: readonly { readonly filter: { readonly group?: string } }[];
  readonly lines?: readonly AuditLineAnswer[];
  readonly isNarrow?: boolean;
  readonly [field: string]: unknown;
}

/**
 * Every answer below, as who asks may read it: without what they do not see, and for viewers without what tasks carry and handlers have said.
 * What that is stands with the route, in ops-routes.ts. An answer that is no object, such as a page, passes as it is.
 */
export function fitAnswers(scope: Scope): void {
  scope.addHook("preSerialization", async (request, reply, payload: unknown) => {
    const { ops: rule } = request.routeOptions.config;
    if (rule === undefined || request.opsSession === undefined || reply.statusCode >= 400) return payload;
    const sight = narrowSightOf(request);
    const seen = sight === undefined ? payload : narrow(payload as Lists, rule.sight, sight);
    if (request.opsSession.user.role !== "viewer") return seen;
    return rule.contents.reduce((shown, path) => withoutField(shown, path.split(".")), seen);
  });
}

/** A page may come short, or empty, with a cursor to the next. How many were looked at would tell how many there are. */
function narrow(page: Lists, kind: Sight, sight: GroupSight): Lists {
  switch (kind) {
    case "groups":
      return { ...page, groups: (page.groups ?? []).filter(({ id }) => id !== "*" && sight.has(id)) };
    case "tasks": {
      const tasks = (page.tasks ?? []).filter(({ group }) => sight.has(group));
      return { ...page, tasks, examined: tasks.length, total: tasks.length };
    }
    case "schedules":
      return { ...page, schedules: (page.schedules ?? []).filter((one) => seesSchedule(sight, one)) };
    case "bulkActs":
      return { ...page, bulkActs: (page.bulkActs ?? []).filter(({ filter }) => sight.hasNamed(filter.group)) };
    case "audit": {
      const lines = (page.lines ?? []).filter(({ entry }) => entry !== null && seesEntry(sight, entry));
      return { ...page, lines, examined: lines.length, total: lines.length };
    }
    case "overview":
      // Its numbers are sums, so it is narrowed where they are made.
      if (page.isNarrow !== true) throw new TypeError("an overview of all groups for who sees some");
      return page;
    default:
      return page;
  }
}

/** In place of text that is there, so that nobody takes it for none. */
const hidden = "…";

/** @param path names of fields; of a list each of its things is meant */
function withoutField<T>(value: T, [name = "", ...below]: readonly string[]): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one: unknown) => withoutField(one, [name, ...below])) as T;
  if (!Object.hasOwn(value, name)) return value;
  const field = (value as Readonly<Record<string, unknown>>)[name];
  const shown = below.length > 0 ? withoutField(field, below) : typeof field === "string" ? hidden : null;
  return { ...value, [name]: shown };
}

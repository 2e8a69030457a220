import type { Need } from "../answers/overview.ts";

/** The screen of the console where a need is mended. */
export function addressOfNeed(need: Need | undefined): string {
  // Which of the kind it is about is part of the address.
  if (need?.code === "settings_differ") return `/ops/console/settings?kind=${need.kind}`;
  const path = need === undefined ? [] : placeOfNeed(need);
  return ["/ops/console", ...path.map(encodeURIComponent)].join("/");
}

/** As the path below `/ops/console`. */
function placeOfNeed(need: Need): readonly string[] {
  switch (need.code) {
    case "group_paused":
    case "dead_letters":
      return ["groups", need.group === "" ? "-" : need.group];
    case "schedule_missed":
    case "schedule_overdue":
    case "schedule_unreadable":
      return ["schedules", need.id];
    case "queue_paused":
    case "no_worker":
    case "handler_missing":
    case "tasks_late":
    case "attempts_lost":
      return ["workers"];
    case "redis_away":
    case "redis_refuses":
      return [];
    default:
      return ["nodes"];
  }
}

/** What a need is about, where there are several of its kind: a group, a handler, a schedule or a process. */
export function subjectOfNeed(need: Need): string | undefined {
  switch (need.code) {
    case "group_paused":
    case "dead_letters":
      return need.group;
    case "handler_missing":
      return need.handler;
    case "schedule_missed":
    case "schedule_overdue":
    case "schedule_unreadable":
      return need.id;
    case "process_lost":
    case "redis_away":
      return need.name;
    case "settings_differ":
      return need.kind;
    default:
      return undefined;
  }
}

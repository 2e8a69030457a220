import type { Sight } from "../sight/sight.ts";
import type { OpsRole } from "./ops-users.ts";

/** What every route under `/ops` is about, as far as access goes. */
export interface OpsRule {
  /** The least role; `anyone` needs no login. */
  readonly right: OpsRole | "anyone";
  /** The least role where the route's `:id` is `*`, which is all groups; absent: the same. */
  readonly rightOfAll?: OpsRole;
  /**
   * What it does to the hub. 0: nothing. 1: something that can be undone. 2: something to one thing that cannot, or to all of the hub
   * that can. 3: something to many things that cannot be undone, for which a login has to be proven within 5 minutes.
   */
  readonly tier: 0 | 1 | 2 | 3;
  /** Whether the audit tells of it. */
  readonly audited: boolean;
  /** Fields of the body that the audit repeats, besides the reason. Others are not told: they may be what a task carries. */
  readonly tells?: readonly string[];
  /** Fields of the answer that hold what tasks carry or handlers have said, which viewers do not read. */
  readonly contents: readonly string[];
  /** What there is of it for somebody who sees some groups only. */
  readonly sight: Sight;
}

/** Nothing, unless it says otherwise: what is added to the console shows nothing of a hidden group before somebody has thought about it. */
const hidden = { contents: [], sight: "nothing" } as const;
const anyone: OpsRule = { ...hidden, right: "anyone", tier: 0, audited: false };
/** Viewers read only what somebody has gone through for contents, so these are said even where there are none. */
const looks = (contents: readonly string[]): OpsRule => ({ ...shows("viewer"), contents });
const shows = (right: OpsRole): OpsRule => ({ ...hidden, right, tier: 0, audited: false });
const does = (right: OpsRole, tier: 1 | 2 | 3, tells: readonly string[] = []): OpsRule => ({
  ...hidden,
  right,
  tier,
  audited: true,
  tells,
});
const by = (sight: Sight, rule: OpsRule): OpsRule => ({ ...rule, sight });

const groupSettings = ["concurrency", "weight", "rate", "onFailure", "maxSize", "onFull"] as const;
const bulkAct = ["act", "filter", "perSecond", "limit", "untilMs"] as const;
const scheduled = ["spec.task.data", "spec.publish", "spec.notify"];
const queue = "/ops/queues/api/queues/:queueName";
const marked = ["ids", "upTo", "category"] as const;

/**
 * Who may call what. A route that is missing here keeps the api from starting, so nothing is served that nobody has thought about.
 *
 * The board of queues shows what tasks carry, as it is, so it is closed to viewers.
 */
export const opsRoutes: Readonly<Record<string, OpsRule>> = {
  "GET /ops": by("own", looks([])),
  "GET /ops/login": anyone,
  "POST /ops/login": { ...anyone, audited: true },
  "GET /ops/login/oidc": anyone,
  // It changes nothing that another site could want: what it brings is held against what the browser keeps.
  "GET /ops/login/oidc/back": { ...anyone, audited: true },
  "GET /ops/logout": anyone,
  "POST /ops/logout": { ...anyone, audited: true },
  "GET /ops/sessions": by("own", looks([])),
  // Their own; those of others are an admin's.
  "POST /ops/sessions": by("own", { ...looks([]), audited: true, tells: [] }),
  "GET /ops/proof": by("own", looks([])),
  "POST /ops/proof": by("own", { ...looks([]), audited: true }),
  "POST /ops/api/proof": by("own", { ...looks([]), audited: true }),
  "GET /ops/api/audit": by("audit", shows("operator")),
  "GET /ops/audit/export": by("audit", { ...shows("admin"), audited: true }),

  "GET /ops/console": by("own", looks([])),
  "GET /ops/console/*": by("own", looks([])),
  // The same for everybody, and no secret is in it.
  "GET /ops/assets/:hash/*": anyone,
  "GET /ops/api/overview": by("overview", looks(["needs.kinds.reason"])),
  "GET /ops/api/figures": looks([]),
  "GET /ops/api/processes": looks([]),
  "GET /ops/api/workers": looks([]),
  // Who is called, what is run and where things are: for who looks after the hub.
  "GET /ops/api/settings": shows("operator"),
  "GET /ops/api/groups": by("groups", looks([])),
  "GET /ops/api/groups/:id": by("group", looks([])),
  "GET /ops/api/groups/:id/dead": by("group", looks(["deadLetters.reason"])),
  "POST /ops/api/groups/:id/pause": by("group", does("operator", 1)),
  "GET /ops/api/groups/:id/dead/reasons": by("group", looks(["reasons.reason"])),
  "POST /ops/api/groups/:id/resume": by("group", does("operator", 1)),
  "PUT /ops/api/groups/:id": by("group", { ...does("operator", 1, [...groupSettings]), rightOfAll: "admin" }),
  "DELETE /ops/api/groups/:id/settings": by("group", { ...does("operator", 1), rightOfAll: "admin" }),
  "POST /ops/api/groups/:id/redrive": by("group", does("operator", 2)),
  "POST /ops/api/groups/:id/discard": by("group", does("admin", 3)),
  "POST /ops/api/groups/:id/drain": by("group", does("admin", 3)),
  "POST /ops/api/groups/:id/cancel": by("group", does("admin", 3)),
  "POST /ops/api/queue/resume": does("admin", 2),
  // Results and messages are what tasks carry.
  "GET /ops/api/tasks": by("tasks", looks(["tasks.error.message"])),
  "GET /ops/api/tasks/:id": by("task", shows("operator")),
  // What handlers have said may be anything.
  "GET /ops/api/tasks/:id/attempts": by("task", shows("operator")),
  "GET /ops/api/tasks/:id/why": by("task", looks([])),
  "POST /ops/api/tasks/:id/retry": by("task", does("operator", 1)),
  "POST /ops/api/tasks/:id/cancel": by("task", does("operator", 2)),
  "POST /ops/api/tasks/:id/discard": by("task", does("operator", 2)),
  "GET /ops/api/bulk-acts": by("bulkActs", looks(["bulkActs.filter.reason"])),
  "GET /ops/api/bulk-acts/:bulk": by("bulkAct", looks(["filter.reason"])),
  "POST /ops/api/bulk-acts/count": by("filter", looks([])),
  "POST /ops/api/bulk-acts": by("filter", does("admin", 3, [...bulkAct])),
  // On a hundred tasks at most.
  "POST /ops/api/bulk-acts/few": by("filter", does("operator", 2, [...bulkAct])),
  "POST /ops/api/bulk-acts/:bulk/abort": by("bulkAct", does("operator", 1)),
  "GET /ops/api/schedules": by("schedules", looks(scheduled.map((field) => `schedules.${field}`))),
  "GET /ops/api/schedules/:id": by("schedule", looks(scheduled)),
  "POST /ops/api/schedules/:id/pause": by("schedule", does("operator", 1)),
  "POST /ops/api/schedules/:id/resume": by("schedule", does("operator", 1)),
  "POST /ops/api/schedules/:id/trigger": by("schedule", does("operator", 2)),
  "POST /ops/api/schedules/:id/backfill": by("schedule", does("admin", 3, ["from", "fromMs", "to", "toMs", "dryRun"])),
  "DELETE /ops/api/schedules/:id": by("schedule", does("admin", 3)),

  "GET /ops/api/alerts": looks(["receivers.host", "receivers.failure"]),
  "POST /ops/api/alerts/test": does("operator", 1, ["receiver"]),

  "GET /ops/schedules": looks([]),
  "GET /ops/schedules/:id": looks([]),
  "POST /ops/schedules/:id/pause": does("operator", 1),
  "POST /ops/schedules/:id/resume": does("operator", 1),
  "POST /ops/schedules/:id/trigger": does("operator", 2),
  "GET /ops/answers": looks([]),
  "GET /ops/answers/in": looks([]),
  "GET /ops/answers/to": shows("operator"),
  "POST /ops/answers/to": does("operator", 2),
  "GET /ops/connections": looks([]),
  "GET /ops/connections/one": looks([]),
  "POST /ops/connections/one": does("operator", 2),

  "GET /ops/queues": shows("operator"),
  "GET /ops/queues/": shows("operator"),
  "GET /ops/queues/reason.js": shows("operator"),
  "GET /ops/queues/static/*": shows("operator"),
  "GET /ops/queues/metrics-history": shows("operator"),
  "GET /ops/queues/job-schedulers": shows("operator"),
  "GET /ops/queues/queue/:queueName": shows("operator"),
  "GET /ops/queues/queue/:queueName/:jobId": shows("operator"),
  "GET /ops/queues/api/redis/stats": shows("operator"),
  "GET /ops/queues/api/queues": shows("operator"),
  "GET /ops/queues/api/job-schedulers": shows("operator"),
  [`GET ${queue}/metrics`]: shows("operator"),
  [`GET ${queue}/default-job-options`]: shows("operator"),
  [`GET ${queue}/workers`]: shows("operator"),
  [`GET ${queue}/rate-limit`]: shows("operator"),
  [`GET ${queue}/job-data-schema`]: shows("operator"),
  [`GET ${queue}/:jobId`]: shows("operator"),
  [`GET ${queue}/:jobId/logs`]: shows("operator"),
  [`GET ${queue}/:jobId/flow`]: shows("operator"),

  [`PUT ${queue}/:jobId/retry`]: does("operator", 1),
  [`PUT ${queue}/:jobId/promote`]: does("operator", 1),
  [`PATCH ${queue}/:jobId/delay`]: does("operator", 1, ["runAt"]),
  [`PATCH ${queue}/:jobId/priority`]: does("operator", 1, ["priority"]),
  [`PUT ${queue}/:jobId/clean`]: does("operator", 2),
  [`PUT ${queue}/:jobId/remove-unprocessed-children`]: does("operator", 2),
  [`PATCH ${queue}/:jobId/update-data`]: does("admin", 2),
  [`POST ${queue}/add`]: does("admin", 2),

  "PUT /ops/queues/api/queues/pause": does("admin", 2),
  "PUT /ops/queues/api/queues/resume": does("admin", 2),
  [`PUT ${queue}/pause`]: does("admin", 2),
  [`PUT ${queue}/resume`]: does("admin", 2),
  [`PUT ${queue}/concurrency`]: does("admin", 2, ["concurrency"]),
  [`PUT ${queue}/rate-limit`]: does("admin", 2, ["max", "duration"]),
  [`PUT ${queue}/rate-limit/release`]: does("admin", 2),
  [`PATCH ${queue}/job-schedulers/:schedulerId`]: does("admin", 2),
  [`PUT ${queue}/job-schedulers/:schedulerId/run`]: does("admin", 2),
  [`PUT ${queue}/job-schedulers/:schedulerId/remove`]: does("admin", 2),
  [`PUT ${queue}/retry/:queueStatus`]: does("admin", 3),
  [`PUT ${queue}/promote`]: does("admin", 3),
  [`PUT ${queue}/clean/:queueStatus`]: does("admin", 3),
  [`PUT ${queue}/empty`]: does("admin", 3),
  [`PUT ${queue}/obliterate`]: does("admin", 3),

  // Whatever was sent to a user; numbers are for everybody.
  "GET /ops/api/inbox/:user/items": shows("operator"),
  "GET /ops/api/inbox/:user/counts": looks([]),
  "POST /ops/api/inbox/:user/read": does("operator", 1, marked),
  "POST /ops/api/inbox/:user/unread": does("operator", 1, marked),
  "POST /ops/api/inbox/:user/archive": does("operator", 1, marked),
  "POST /ops/api/inbox/:user/unarchive": does("operator", 1, marked),
  "POST /ops/api/inbox/:user/seen": does("operator", 2, ["upTo"]),
  "DELETE /ops/api/inbox/:user/items/:id": does("operator", 2),
  // In the name of the user: what a back end does about it is done.
  "POST /ops/api/inbox/:user/items/:id/act": does("admin", 2, ["action"]),
  "DELETE /ops/api/inbox/:user": does("admin", 3),
};

const roles: readonly OpsRule["right"][] = ["anyone", "viewer", "operator", "admin"];

/** Whether a role has what a rule asks for: each has what the ones before it have. */
export function hasRight(role: OpsRole, right: OpsRole): boolean {
  return roles.indexOf(role) >= roles.indexOf(right);
}

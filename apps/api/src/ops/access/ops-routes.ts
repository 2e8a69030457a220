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
  /** Fields of the answer that hold what tasks carry or handlers have said, which viewers do not read; see without-contents.ts. */
  readonly contents?: readonly string[];
}

const anyone: OpsRule = { right: "anyone", tier: 0, audited: false };
const shows = (right: OpsRole): OpsRule => ({ right, tier: 0, audited: false });
const showsBut = (contents: readonly string[]): OpsRule => ({ ...shows("viewer"), contents });
const does = (right: OpsRole, tier: 1 | 2 | 3, tells: readonly string[] = []): OpsRule => ({
  right,
  tier,
  audited: true,
  tells,
});

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
  "GET /ops": shows("viewer"),
  "GET /ops/login": anyone,
  "POST /ops/login": { ...anyone, audited: true },
  "GET /ops/login/oidc": anyone,
  // It changes nothing that another site could want: what it brings is held against what the browser keeps.
  "GET /ops/login/oidc/back": { ...anyone, audited: true },
  "GET /ops/logout": anyone,
  "POST /ops/logout": { ...anyone, audited: true },
  "GET /ops/sessions": shows("viewer"),
  // Their own; those of others are an admin's.
  "POST /ops/sessions": { ...shows("viewer"), audited: true, tells: ["login"] },
  "GET /ops/proof": shows("viewer"),
  "POST /ops/proof": { ...shows("viewer"), audited: true },
  "POST /ops/api/proof": { ...shows("viewer"), audited: true },
  "GET /ops/api/audit": shows("operator"),
  "GET /ops/audit/export": { ...shows("admin"), audited: true },

  "GET /ops/console": shows("viewer"),
  "GET /ops/console/*": shows("viewer"),
  // The same for everybody, and no secret is in it.
  "GET /ops/assets/:hash/*": anyone,
  "GET /ops/api/overview": showsBut(["needs.kinds.reason"]),
  "GET /ops/api/figures": shows("viewer"),
  "GET /ops/api/processes": shows("viewer"),
  "GET /ops/api/workers": shows("viewer"),
  // Who is called, what is run and where things are: for who looks after the hub.
  "GET /ops/api/settings": shows("operator"),
  "GET /ops/api/groups": shows("viewer"),
  "GET /ops/api/groups/:id": shows("viewer"),
  "GET /ops/api/groups/:id/dead": showsBut(["deadLetters.reason"]),
  "POST /ops/api/groups/:id/pause": does("operator", 1),
  "GET /ops/api/groups/:id/dead/reasons": showsBut(["reasons.reason"]),
  "POST /ops/api/groups/:id/resume": does("operator", 1),
  "PUT /ops/api/groups/:id": { ...does("operator", 1, [...groupSettings]), rightOfAll: "admin" },
  "DELETE /ops/api/groups/:id/settings": { ...does("operator", 1), rightOfAll: "admin" },
  "POST /ops/api/groups/:id/redrive": does("operator", 2),
  "POST /ops/api/groups/:id/discard": does("admin", 3),
  "POST /ops/api/groups/:id/drain": does("admin", 3),
  "POST /ops/api/groups/:id/cancel": does("admin", 3),
  "POST /ops/api/queue/resume": does("admin", 2),
  // Results and messages are what tasks carry.
  "GET /ops/api/tasks": showsBut(["tasks.error.message"]),
  "GET /ops/api/tasks/:id": shows("operator"),
  // What handlers have said may be anything.
  "GET /ops/api/tasks/:id/attempts": shows("operator"),
  "GET /ops/api/tasks/:id/why": shows("viewer"),
  "POST /ops/api/tasks/:id/retry": does("operator", 1),
  "POST /ops/api/tasks/:id/cancel": does("operator", 2),
  "POST /ops/api/tasks/:id/discard": does("operator", 2),
  "GET /ops/api/bulk-acts": shows("viewer"),
  "GET /ops/api/bulk-acts/:bulk": shows("viewer"),
  "POST /ops/api/bulk-acts/count": shows("viewer"),
  "POST /ops/api/bulk-acts": does("admin", 3, [...bulkAct]),
  // On a hundred tasks at most.
  "POST /ops/api/bulk-acts/few": does("operator", 2, [...bulkAct]),
  "POST /ops/api/bulk-acts/:bulk/abort": does("operator", 1),
  "GET /ops/api/schedules": showsBut(scheduled.map((field) => `schedules.${field}`)),
  "GET /ops/api/schedules/:id": showsBut(scheduled),
  "POST /ops/api/schedules/:id/pause": does("operator", 1),
  "POST /ops/api/schedules/:id/resume": does("operator", 1),
  "POST /ops/api/schedules/:id/trigger": does("operator", 2),
  "POST /ops/api/schedules/:id/backfill": does("admin", 3, ["from", "fromMs", "to", "toMs", "dryRun"]),
  "DELETE /ops/api/schedules/:id": does("admin", 3),

  "GET /ops/api/alerts": shows("viewer"),
  "POST /ops/api/alerts/test": does("operator", 1, ["receiver"]),

  "GET /ops/schedules": shows("viewer"),
  "GET /ops/schedules/:id": shows("viewer"),
  "POST /ops/schedules/:id/pause": does("operator", 1),
  "POST /ops/schedules/:id/resume": does("operator", 1),
  "POST /ops/schedules/:id/trigger": does("operator", 2),
  "GET /ops/answers": shows("viewer"),
  "GET /ops/answers/in": shows("viewer"),
  "GET /ops/answers/to": shows("operator"),
  "POST /ops/answers/to": does("operator", 2),
  "GET /ops/connections": shows("viewer"),
  "GET /ops/connections/one": shows("viewer"),
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
  "GET /ops/api/inbox/:user/counts": shows("viewer"),
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

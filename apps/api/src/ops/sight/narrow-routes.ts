/** How a route is narrowed to the groups that somebody sees. */
export type Narrowing =
  /** It tells of nothing but the one who asks. */
  | "own"
  /** `:id` is a group; one that is hidden is not there. */
  | "group"
  /** `:id` is a task; one of a hidden group is unknown. */
  | "task"
  /** What is hidden is left out of the answer, and its numbers with it. */
  | "groups"
  | "tasks"
  | "overview";

/**
 * The routes for somebody who sees some groups only. Every other one is not there for them: what is added to the console shows nothing
 * of a hidden group before somebody has thought about it.
 */
export const narrowRoutes: Readonly<Record<string, Narrowing>> = {
  "GET /ops": "own",
  "GET /ops/console": "own",
  "GET /ops/console/*": "own",
  "GET /ops/sessions": "own",
  "POST /ops/sessions": "own",
  "GET /ops/proof": "own",
  "POST /ops/proof": "own",
  "POST /ops/api/proof": "own",
  "GET /ops/api/overview": "overview",
  "GET /ops/api/groups": "groups",
  "GET /ops/api/groups/:id": "group",
  "GET /ops/api/groups/:id/dead": "group",
  "GET /ops/api/groups/:id/dead/reasons": "group",
  "POST /ops/api/groups/:id/pause": "group",
  "POST /ops/api/groups/:id/resume": "group",
  "PUT /ops/api/groups/:id": "group",
  "DELETE /ops/api/groups/:id/settings": "group",
  "POST /ops/api/groups/:id/redrive": "group",
  "POST /ops/api/groups/:id/discard": "group",
  "POST /ops/api/groups/:id/drain": "group",
  "POST /ops/api/groups/:id/cancel": "group",
  "GET /ops/api/tasks": "tasks",
  "GET /ops/api/tasks/:id": "task",
  "GET /ops/api/tasks/:id/attempts": "task",
  "GET /ops/api/tasks/:id/why": "task",
  "POST /ops/api/tasks/:id/retry": "task",
  "POST /ops/api/tasks/:id/cancel": "task",
  "POST /ops/api/tasks/:id/discard": "task",
};

import type { Inbox } from "@switchyard/inbox/inbox";
import type { TaskGroups } from "@switchyard/tasks/group";
import type { Schedules } from "@switchyard/tasks/schedule";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import type { TaskSearch } from "@switchyard/tasks/task-search";
import type { HandlerDirectory } from "../../tasks/handler-directory.ts";
import { hubsOwnKey } from "../../access/api-keys.ts";
import { actInBulk, actOnFew } from "../../routes/bulk-acts/route.ts";
import { cancelTask } from "../../routes/cancel-task.ts";
import { changeGroup } from "../../routes/change-group/route.ts";
import { changeInbox } from "../../routes/change-inbox/route.ts";
import { changeSchedule } from "../../routes/change-schedule/route.ts";
import { configureGroup } from "../../routes/configure-group.ts";
import { discardTask } from "../../routes/discard-task.ts";
import { explainTask } from "../../routes/explain-task/route.ts";
import { getGroup } from "../../routes/get-group.ts";
import { getTask } from "../../routes/get-task.ts";
import { listAlerts } from "../../routes/alerts/list.ts";
import { testAlerts } from "../../routes/alerts/send-test.ts";
import type { AlertDesk } from "../../alerts/alert-desk.ts";
import { listAttempts } from "../../routes/list-attempts.ts";
import { listDeadLetters } from "../../routes/list-dead-letters.ts";
import { listGroups } from "../../routes/list-groups.ts";
import { listTasks } from "../../routes/list-tasks/route.ts";
import { readInbox } from "../../routes/read-inbox/route.ts";
import { readSchedules } from "../../routes/read-schedules/route.ts";
import { resetGroup } from "../../routes/reset-group.ts";
import { resumeQueue } from "../../routes/resume-queue.ts";
import { retryTask } from "../../routes/retry-task.ts";
import type { Scope } from "../../scope.ts";

export interface ApiRouteDeps {
  readonly groups: TaskGroups;
  readonly inbox: Inbox;
  readonly handlers: HandlerDirectory;
  readonly queue: TaskQueue & { readonly search: TaskSearch };
  readonly schedules: Schedules;
  readonly alerts: AlertDesk;
  readonly draining: AbortSignal;
}

const routes = [
  listGroups,
  getGroup,
  configureGroup,
  resetGroup,
  changeGroup,
  resumeQueue,
  listDeadLetters,
  listTasks,
  getTask,
  listAttempts,
  explainTask,
  cancelTask,
  retryTask,
  discardTask,
  actInBulk,
  actOnFew,
  readSchedules,
  changeSchedule,
  listAlerts,
  testAlerts,
  readInbox,
  changeInbox,
] satisfies readonly ((scope: Scope, deps: ApiRouteDeps) => void)[];

/**
 * What the console reads and does is what back ends do with a key: `/ops/api/groups/mail/pause` is `/v1/groups/mail/pause`, the same handler
 * behind a login in place of a key. So whatever is done here can be done by a program, and no bound or message is there twice.
 */
export function serveApiRoutes(scope: Scope, deps: ApiRouteDeps, onChange: () => void): void {
  scope.decorateRequest("apiKey");
  scope.addHook("onRequest", async (request) => {
    // What a login may do was judged by its role; handlers that ask for more find that all is allowed.
    request.apiKey = hubsOwnKey;
  });
  scope.addHook("onSend", async ({ method }) => {
    // The page looks at once at what came of it.
    if (method !== "GET" && method !== "HEAD") onChange();
  });
  const moved = movedBelowOps(scope);
  for (const route of routes) route(moved, deps);
}

type Register = (url: string, options: { readonly schema?: object }, ...rest: readonly unknown[]) => unknown;

function movedBelowOps(scope: Scope): Scope {
  const original = scope as unknown as Readonly<Record<string, Register>>;
  const moved = ["get", "post", "put", "delete"].map((method) => {
    const register: Register = (url, options, ...rest) =>
      original[method]?.call(scope, url.replace(/^\/v1\//, "/ops/api/"), hidden(options), ...rest);
    return [method, register] as const;
  });
  return Object.assign(Object.create(scope) as Scope, Object.fromEntries(moved));
}

/** They are documented where they are for everybody. */
function hidden(options: { readonly schema?: object }) {
  return { ...options, schema: { ...options.schema, hide: true } };
}

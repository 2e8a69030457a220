import type { HistoryReader } from "@switchyard/broker/broker";
import type { ConnectionReader } from "@switchyard/broker/connection-index";
import type { Control } from "@switchyard/broker/control";
import type { NodeRegistry } from "@switchyard/broker/node-registry";
import type { OccupancyReader } from "@switchyard/broker/occupancy";
import type { PresenceReader } from "@switchyard/broker/presence";
import type { Revoker } from "@switchyard/broker/revocation";
import type { UserActivity } from "@switchyard/broker/redis-user-activity";
import type { Inbox } from "@switchyard/inbox/inbox";
import type { TaskGroups } from "@switchyard/tasks/group";
import type { Schedules } from "@switchyard/tasks/schedule";
import type { Settings } from "@switchyard/runtime/settings";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import type { ApiKeys, ApiScope } from "./access/api-keys.ts";
import type { ChannelPublisher } from "./channels/channel-publisher.ts";
import type { ChannelCheck } from "./channels/check-channel.ts";
import type { ClientTokens } from "./access/client-tokens.ts";
import type { NotificationIntake } from "./inbox/notification-intake.ts";
import type { AlertDesk } from "./alerts/alert-desk.ts";
import type { KeyAudit } from "./ops/audit/audit-keys.ts";
import { requireApiKey } from "./plugins/api-key.ts";
import { takeChineseNames } from "./plugins/chinese-names.ts";
import { actInBulk } from "./routes/bulk-acts/route.ts";
import { broadcast } from "./routes/broadcast.ts";
import { cancelTask } from "./routes/cancel-task.ts";
import { changeSchedule } from "./routes/change-schedule/route.ts";
import { previewSchedule } from "./routes/preview-schedule/route.ts";
import { putSchedule } from "./routes/put-schedule/route.ts";
import { readSchedules } from "./routes/read-schedules/route.ts";
import { changeInbox } from "./routes/change-inbox/route.ts";
import { inboxPreferences } from "./routes/inbox-preferences/route.ts";
import { notify } from "./routes/notify/route.ts";
import { readInbox } from "./routes/read-inbox/route.ts";
import { changeGroup } from "./routes/change-group/route.ts";
import { annotateConnection } from "./routes/connections/annotate.ts";
import { closeConnections } from "./routes/connections/close.ts";
import { getConnection } from "./routes/connections/get.ts";
import { listConnections } from "./routes/connections/list.ts";
import { messageConnection } from "./routes/connections/message.ts";
import { moveConnections } from "./routes/connections/move.ts";
import { listUserConnections } from "./routes/connections/rpc.ts";
import { blockUser } from "./routes/users/block.ts";
import { blockUserByRpc, invalidateUserTokens, revokeToken, unblockUserByRpc } from "./routes/users/block-rpc.ts";
import { showUserStatus } from "./routes/users/status.ts";
import { deleteUserStatus, getUserStatus, updateUserStatus } from "./routes/users/status-rpc.ts";
import { configureGroup } from "./routes/configure-group.ts";
import { countPresence } from "./routes/presence-stats.ts";
import { discardTask } from "./routes/discard-task.ts";
import { disconnect } from "./routes/disconnect/route.ts";
import { enqueueTask } from "./routes/enqueue-task.ts";
import { enqueueTasks } from "./routes/enqueue-tasks/route.ts";
import { explainTask } from "./routes/explain-task/route.ts";
import { getGroup } from "./routes/get-group.ts";
import { getTask, type GetTaskDeps } from "./routes/get-task.ts";
import { listChannels } from "./routes/channels.ts";
import { listOccupiedChannels } from "./routes/list-occupied-channels.ts";
import { listDeadLetters } from "./routes/list-dead-letters.ts";
import { listHandlers } from "./routes/list-handlers.ts";
import { listAlerts } from "./routes/alerts/list.ts";
import { testAlerts } from "./routes/alerts/send-test.ts";
import { listAttempts } from "./routes/list-attempts.ts";
import { listTasks } from "./routes/list-tasks/route.ts";
import { listGroups } from "./routes/list-groups.ts";
import { mintDemoToken } from "./routes/mint-demo-token.ts";
import { publish } from "./routes/publish/route.ts";
import { pushDemoMessage } from "./routes/push-demo-message.ts";
import { pushInOneLine } from "./routes/push-in-one-line.ts";
import { readHistory } from "./routes/history/route.ts";
import { rebuildGroups } from "./routes/rebuild-groups.ts";
import { refresh } from "./routes/refresh.ts";
import { removeHistory } from "./routes/history-remove.ts";
import { resetGroup } from "./routes/reset-group.ts";
import { resumeQueue } from "./routes/resume-queue.ts";
import { retryTask } from "./routes/retry-task.ts";
import { revoke } from "./routes/revoke.ts";
import { runBatch } from "./routes/batch/route.ts";
import { runCommandLines } from "./routes/command-lines.ts";
import { showCurlConfig } from "./routes/show-curl-config.ts";
import { showInfo } from "./routes/info.ts";
import { showPresence } from "./routes/presence.ts";
import { subscribe } from "./routes/subscribe/route.ts";
import { unsubscribe } from "./routes/unsubscribe.ts";
import type { Commands } from "./rpc/command-runner.ts";
import { type RpcCommand, serveRpc } from "./rpc/rpc-command.ts";
import type { Scope } from "./scope.ts";
import type { OwnTaskCheck, TaskIntake } from "./tasks/task-intake.ts";
import type { HandlerDirectory } from "./tasks/handler-directory.ts";

/** What routes ask for; each takes the part it needs. */
export interface RouteDeps extends GetTaskDeps {
  /** For the demo pages; calls are checked against `keys`. */
  readonly apiKey: string;
  readonly keys: ApiKeys;
  readonly channels: ChannelPublisher;
  readonly checkChannel: ChannelCheck;
  readonly checkOwnTask: OwnTaskCheck;
  readonly control: Pick<Control, "ask" | "askConnection" | "listChannels">;
  /** Undefined: no index is kept; of channels likewise. */
  readonly connections: ConnectionReader | undefined;
  readonly occupied: OccupancyReader | undefined;
  readonly activity: UserActivity;
  readonly alerts: AlertDesk;
  readonly groups: TaskGroups;
  readonly handlers: HandlerDirectory;
  readonly history: HistoryReader;
  readonly inbox: Inbox;
  readonly intake: TaskIntake;
  readonly notifications: NotificationIntake;
  readonly nodes: Pick<NodeRegistry, "list">;
  readonly presence: PresenceReader;
  readonly queue: TaskQueue;
  readonly schedules: Schedules;
  readonly revocations: Revoker;
  readonly tokens: ClientTokens | undefined;
}

type Command = (deps: RouteDeps) => RpcCommand;
type Route = (scope: Scope, deps: RouteDeps) => void;

/** Commands at `POST /api/<method>` and in a batch, by the scope a key needs for them. */
const commandTable = {
  publish: [publish, broadcast],
  subscribe: [subscribe, unsubscribe],
  disconnect: [disconnect, refresh, revoke, revokeToken, invalidateUserTokens, blockUserByRpc, unblockUserByRpc],
  presence: [showPresence, countPresence],
  history: [readHistory, removeHistory],
  info: [showInfo, listChannels],
  connections: [listUserConnections, getUserStatus, updateUserStatus, deleteUserStatus],
} satisfies Partial<Record<ApiScope, readonly Command[]>>;

/** Everything else, by the scope a key needs for it. */
const routeTable = {
  publish: [
    messageConnection, // POST /v1/connections/:client/message
  ],
  subscribe: [
    moveConnections, // POST /v1/connections/:client/channels, /v1/users/:user/channels
  ],
  disconnect: [
    closeConnections, // POST /v1/connections/:client/close, /v1/users/:user/close
    blockUser, // GET, PUT, DELETE /v1/users/:user/block
  ],
  info: [
    listOccupiedChannels, // GET /v1/channels
  ],
  connections: [
    listConnections, // GET /v1/connections, /v1/users/:user/connections
    getConnection, // GET /v1/connections/:client
    annotateConnection, // PUT, PATCH /v1/connections/:client/meta
    showUserStatus, // GET /v1/users/:user/status, POST /v1/users/status
  ],
  tasks: [
    enqueueTask, // POST /v1/tasks
    enqueueTasks, // POST /v1/tasks/batch
    getTask, // GET /v1/tasks/:id
    explainTask, // GET /v1/tasks/:id/why
    cancelTask, // POST /v1/tasks/:id/cancel
    retryTask, // POST /v1/tasks/:id/retry
    discardTask, // POST /v1/tasks/:id/discard
    listHandlers, // GET /v1/handlers
  ],
  // Who may enqueue need not see what others have enqueued, as ids are not guessable and this hands them out, nor what handlers say.
  search: [
    listTasks, // GET /v1/tasks
    listAttempts, // GET /v1/tasks/:id/attempts
  ],
  groups: [
    listGroups, // GET /v1/groups
    getGroup, // GET /v1/groups/:id
    configureGroup, // PUT /v1/groups/:id
    resetGroup, // DELETE /v1/groups/:id/settings
    changeGroup, // POST /v1/groups/:id/pause, resume, drain, cancel, redrive, discard
    listDeadLetters, // GET /v1/groups/:id/dead, …/dead/reasons
    resumeQueue, // POST /v1/queue/resume
    rebuildGroups, // POST /v1/groups/rebuild
    actInBulk, // GET, POST /v1/bulk-acts…: who may redrive any group may do it to tasks of all
  ],
  schedules: [
    readSchedules, // GET /v1/schedules, GET /v1/schedules/:id
    putSchedule, // PUT /v1/schedules/:id
    previewSchedule, // POST /v1/schedules/preview
    changeSchedule, // POST /v1/schedules/:id/pause, resume, trigger, backfill; DELETE /v1/schedules/:id
  ],
  inbox: [
    notify, // POST /v1/inbox; GET, DELETE /v1/notifications/:id; GET …/:id/recipients
    readInbox, // GET /v1/inbox/:user/items, counts
    changeInbox, // POST /v1/inbox/:user/read, unread, archive, unarchive, seen, items/:id/act; DELETE /v1/inbox/:user, …/items/:id
    inboxPreferences, // GET, PUT /v1/inbox/:user/preferences
  ],
  alerts: [
    listAlerts, // GET /v1/alerts
    testAlerts, // POST /v1/alerts/test
  ],
} satisfies Partial<Record<ApiScope, readonly Route[]>> &
  Record<Exclude<ApiScope, keyof typeof commandTable>, readonly Route[]>;

/** Needs no key. */
const demoRoutes: readonly Route[] = [
  mintDemoToken, // GET /demo/token
  pushDemoMessage, // POST /demo/push
  pushInOneLine, // GET /push
  showCurlConfig, // GET /demo/curl-config
];

interface RegisterOptions {
  readonly tasks: Pick<Settings["tasks"], "chinese_names">;
  readonly audit: KeyAudit;
  readonly commands: Commands;
}

export function registerRoutes(app: Scope, deps: RouteDeps, { tasks, audit, commands }: RegisterOptions): void {
  const behindKey = (needs: ApiScope | undefined, register: (scope: Scope) => void) =>
    void app.register(async (scope: Scope) => {
      requireApiKey(scope, { keys: deps.keys, needs, onRefused: (...refusal) => audit.refused(...refusal) });
      documentScope(scope, needs ?? "of each command");
      register(scope);
    });

  for (const { command, needs } of commands.values()) behindKey(needs, (scope) => serveRpc(scope, command));
  // Each command of several needs its own scope, the request itself none.
  for (const run of [runBatch, runCommandLines]) behindKey(undefined, (scope) => run(scope, { commands }));
  for (const [needs, routes] of Object.entries(routeTable) as [ApiScope, readonly Route[]][]) {
    behindKey(needs, (scope) => {
      audit.watch(scope);
      if (needs === "tasks" && tasks.chinese_names) takeChineseNames(scope);
      for (const route of routes) route(scope, deps);
    });
  }
}

/** `x-scope` of a route: what a key must be allowed for it. Told from what is asked for, so the two cannot differ. */
function documentScope(scope: Scope, needs: string): void {
  scope.addHook("onRoute", (route) => {
    const documented = { "x-scope": needs };
    route.schema = { ...route.schema, ...documented };
  });
}

/** They need no key, so the scope must keep strangers out (plugins/demo-guard.ts). */
export function registerDemoRoutes(scope: Scope, deps: RouteDeps): void {
  documentScope(scope, "none");
  for (const route of demoRoutes) route(scope, deps);
}

export function createCommands(deps: RouteDeps, audit: KeyAudit): Commands {
  const entries = (Object.entries(commandTable) as [ApiScope, readonly Command[]][]).flatMap(([needs, factories]) =>
    factories.map((create) => ({ command: audit.watchCommand(create(deps)), needs })),
  );
  return new Map(entries.map((entry) => [entry.command.method, entry]));
}

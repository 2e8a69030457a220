import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { HistoryReader, Publisher } from "@switchyard/broker/broker";
import { type ChannelRules, createChannelRules } from "@switchyard/broker/channel-rules";
import { createPublishStep } from "@switchyard/broker/publish-step";
import { createRedisConnectionReader } from "@switchyard/broker/redis-connection-reader";
import { createRedisAudit } from "@switchyard/broker/redis-audit";
import { createRedisControl } from "@switchyard/broker/redis-control";
import { createRedisConsoleStore } from "@switchyard/broker/redis-console-store";
import { createRedisFigures } from "@switchyard/broker/redis-figures";
import { createRedisLogins } from "@switchyard/broker/redis-logins";
import { createRedisOccupancyReader } from "@switchyard/broker/redis-occupancy-reader";
import type { NodeRegistry } from "@switchyard/broker/node-registry";
import { createRedisNodeRegistry } from "@switchyard/broker/redis-node-registry";
import { createRedisPresenceReader } from "@switchyard/broker/redis-presence-reader";
import { createRedisPublisher } from "@switchyard/broker/redis-publisher";
import { createRedisUserActivity } from "@switchyard/broker/redis-user-activity";
import { registerProcess } from "@switchyard/broker/register-process";
import { createRedisRevocations } from "@switchyard/broker/redis-revocations";
import { taskAnnouncement } from "@switchyard/broker/task-announcement";
import { createRedisInbox } from "@switchyard/inbox/redis-inbox";
import { observeItems } from "@switchyard/notifications/notification-metrics";
import { createPusherApps } from "@switchyard/pusher/apps";
import { withPusherChannels } from "@switchyard/pusher/channel-rules";
import { parseDurationMs } from "@switchyard/runtime/duration";
import { type EffectiveSettings, keptSettings } from "@switchyard/runtime/effective-settings";
import { listen } from "@switchyard/runtime/listen";
import type { Logger } from "@switchyard/runtime/logger";
import { createProbes } from "@switchyard/runtime/probes";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { RunningApp } from "@switchyard/runtime/run-app";
import { secretsOf } from "@switchyard/runtime/secrets-of";
import type { Settings } from "@switchyard/runtime/settings";
import { type BullQueue, createBullQueue } from "@switchyard/tasks/bullmq-queue";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import { openDashboardQueue } from "@switchyard/tasks/dashboard-queue";
import { readAnnouncement, type RecordAnnouncement } from "@switchyard/tasks/record-announcement";
import { createApiKeys } from "./access/api-keys.ts";
import { createApp } from "./app.ts";
import { createChannelPublisher } from "./channels/channel-publisher.ts";
import { createChannelCheck } from "./channels/check-channel.ts";
import { createClientTokens } from "./access/client-tokens.ts";
import { type ApiMetrics, createApiMetrics } from "./metrics.ts";
import { observeQueue } from "./queue-metrics.ts";
import { handOverConnections } from "./hand-over-connections.ts";
import { createNotificationIntake } from "./inbox/notification-intake.ts";
import { openAlerts } from "./ops/alerts/open-alerts.ts";
import { createAuditTrail } from "./ops/audit/audit-trail.ts";
import { tellOfBulkAct } from "./ops/audit/tell-of-bulk-act.ts";
import { recordFigures } from "./ops/console/figure-recorder.ts";
import type { HubWatch } from "./ops/console/hub-watch.ts";
import { type HubParts, openHub } from "./ops/console/open-hub.ts";
import { createOwnTaskCheck } from "./check-own-task.ts";
import type { PusherDeps } from "./pusher/serve-pusher.ts";
import { createTaskIntake } from "./tasks/task-intake.ts";
import { type HandlerDirectory, openHandlerDirectory } from "./tasks/handler-directory.ts";
import manifest from "../package.json" with { type: "json" };

export interface StartApiOptions {
  readonly settings: Settings;
  readonly effective: EffectiveSettings;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
}

export interface RunningApi extends RunningApp {
  /** Where it listens; the port is a real one where the settings say 0. */
  readonly address: { readonly host: string; readonly port: number };
}

/** @throws StartupError when Redis or the port cannot be had. */
export async function startApi({ settings, effective, logger, stack }: StartApiOptions): Promise<RunningApi> {
  const { redis } = settings;
  const metrics = createApiMetrics();
  const rules = withPusherChannels(createChannelRules(settings.channel), settings.pusher);
  const publisher = stack.use(await createRedisPublisher({ redis, logger, rules }));
  const control = stack.use(await createRedisControl({ redis, logger, rules }));
  const nodes = stack.use(await createRedisNodeRegistry({ redis, logger }));
  const handlers = await openHandlerDirectory({ settings, logger, stack });
  const revocations = stack.use(await createRedisRevocations({ redis, logger }));
  const indexes = await openIndexes({ settings, logger, stack });
  const { queue, announcement } = await openQueue({ settings, logger, stack }, { handlers, metrics });
  const probes = createProbes({
    checks: { publish: () => publisher.check(), queue: () => queue.check() },
    metrics: metrics.registry,
  });
  const inboxes = await openInboxes({ settings, logger, stack }, { rules, queue, handlers, metrics });
  const tokens = createClientTokens(settings.client);
  const checkChannel = createChannelCheck(rules);
  const { alerts, ...watch } = await openWatch({ settings, logger, stack }, { nodes, handlers, queue }, metrics);
  const draining = new AbortController();
  const app = await createApp({
    settings,
    logger,
    metrics,
    probes,
    ...(await openOps({ settings, logger, stack }, { announcement, queue, nodes, ...watch })),
    pusher: await openPusher({ settings, logger, stack }, { ...indexes, rules, publisher, control, metrics }),
    routes: {
      apiKey: settings.http_api.key,
      alerts,
      keys: createApiKeys(settings.http_api),
      channels: createChannelPublisher({ publisher, control, checkChannel, metrics, logger }),
      checkChannel,
      control,
      ...indexes,
      groups: queue.groups,
      schedules: queue.schedules,
      handlers,
      history: publisher,
      intake: createTaskIntake({ ...inboxes, handlers, queue, tokens, metrics }),
      ...inboxes,
      queue,
      nodes,
      revocations,
      tokens,
      draining: draining.signal,
    },
  });
  stack.defer("http server", () => app.close());
  // Fastify's own `listen` would write a second line about it.
  const { port } = await listen(app.server, settings.api);
  const address = await register({ settings, effective, logger, stack }, port);
  return {
    address,
    async drain() {
      probes.beginDrain();
      draining.abort();
      await handOverConnections(app.server);
    },
  };
}

type ApiParts = Omit<StartApiOptions, "effective">;

/** In the list of processes, for as long as this one lives. */
async function register({ settings: { redis, api }, effective, logger, stack }: StartApiOptions, port: number) {
  const description = {
    uid: randomUUID(),
    name: `${hostname()}:${port}`,
    version: manifest.version,
    startedAtMs: Date.now(),
  };
  const settings = keptSettings(effective);
  stack.use(await registerProcess({ redis, logger, kind: "apis", describe: () => description, settings }));
  const address = { host: api.host, port };
  logger.info(address, "listening");
  return address;
}

/** Who is where, connected and active, and which channels have subscribers; undefined is what the settings say not to keep. */
async function openIndexes({ settings: { redis, events, channel }, logger, stack }: ApiParts) {
  const { connection_index: listsConnections, channel_index: listsChannels } = events;
  return {
    connections: listsConnections ? stack.use(await createRedisConnectionReader({ redis, logger })) : undefined,
    occupied: listsChannels ? stack.use(await createRedisOccupancyReader({ redis, logger })) : undefined,
    presence: stack.use(await createRedisPresenceReader({ redis, logger, maxBytes: channel.presence_max_size })),
    activity: stack.use(await createRedisUserActivity({ redis, logger })),
  };
}

/** Where tasks go, what is told of those that wait, and how a change of their records is told. */
async function openQueue(
  { settings, logger, stack }: ApiParts,
  { handlers: directory, metrics }: Pick<InboxDeps, "handlers" | "metrics">,
) {
  const { redis, handlers, tasks, worker } = settings;
  const { file, constants } = taskAnnouncement(redis.prefix);
  const announcement = readAnnouncement(file, constants);
  const onDiscarded = (count: number) => metrics.discards.inc(count);
  const queue = stack.use(
    await createBullQueue({ redis, logger, settings: tasks, handlers, announcement, onDiscarded }),
  );
  const targetWaitSeconds = parseDurationMs(worker.processes.target_wait) / 1_000;
  const workers = { list: () => directory.workers() };
  observeQueue({ registry: metrics.registry, queue, workers, handlers, targetWaitSeconds });
  return { queue, announcement };
}

interface InboxDeps {
  readonly rules: ChannelRules;
  readonly queue: TaskQueue;
  readonly handlers: HandlerDirectory;
  readonly metrics: ApiMetrics;
}

/** What users should see, and what takes it in. */
async function openInboxes({ settings, logger, stack }: ApiParts, deps: InboxDeps) {
  const { rules, queue, handlers, metrics } = deps;
  const { redis } = settings;
  const step = createPublishStep({ prefix: redis.prefix, rules });
  const inbox = stack.use(await createRedisInbox({ redis, settings: settings.inbox, logger, step }));
  const bounds = { dataMaxBytes: settings.inbox.data_max_size, knowsPresence: settings.channel.user_presence.enabled };
  const parts = { inbox, queue, onItem: observeItems(metrics.registry) };
  const notifications = createNotificationIntake({ parts, bounds, handlers, metrics });
  return { inbox, notifications, checkOwnTask: createOwnTaskCheck({ rules, notifications }) };
}

/** What the REST API of the Pusher protocol stands on; undefined where there are no apps. */
async function openPusher(
  { settings: { redis, pusher }, logger, stack }: ApiParts,
  parts: Omit<PusherDeps, "apps" | "occupancy" | "history" | "publisher"> & {
    readonly publisher: Publisher & HistoryReader;
  },
): Promise<PusherDeps | undefined> {
  if (pusher.apps.length === 0) return undefined;
  const occupancy = stack.use(await createRedisOccupancyReader({ redis, logger }));
  return { ...parts, history: parts.publisher, apps: createPusherApps(pusher), occupancy };
}

/** What looks at the whole hub, and what tells people of it. */
async function openWatch(options: ApiParts, parts: HubParts, { registry }: ApiMetrics) {
  const targetWaitMs = parseDurationMs(options.settings.worker.processes.target_wait);
  const hub = await openHub(options, parts);
  return { hub, targetWaitMs, alerts: await openAlerts({ ...options, hub, targetWaitMs, registry }) };
}

interface OpsParts {
  readonly announcement: RecordAnnouncement;
  readonly queue: Pick<BullQueue, "runBulkActs">;
  readonly nodes: Pick<NodeRegistry, "settingsOf">;
  readonly hub: HubWatch;
  readonly targetWaitMs: number;
}

/** What the pages of operators stand on; `ops` is undefined where nobody may log in. */
async function openOps({ settings, logger, stack }: ApiParts, parts: OpsParts) {
  const { redis, ops } = settings;
  const { announcement, queue, nodes, hub, targetWaitMs } = parts;
  const settingsOf = (hashes: readonly string[]) => nodes.settingsOf(hashes);
  const store = stack.use(await createRedisAudit({ redis, logger }));
  const trail = createAuditTrail({ store, secret: ops.audit_secret, secrets: secretsOf(settings), logger });
  stack.use(queue.runBulkActs((state) => tellOfBulkAct(trail, state)));
  const isClosed = ops.password === "" && ops.users.length === 0 && ops.oidc.issuer === "";
  if (isClosed) return { trail, ops: undefined };
  const [idleMs, lifeMs] = [parseDurationMs(ops.session_idle), parseDurationMs(ops.session_lifetime)];
  const dashboard = stack.use(await openDashboardQueue(redis, announcement));
  const logins = stack.use(await createRedisLogins({ redis, logger, idleMs, lifeMs }));
  const consoles = stack.use(await createRedisConsoleStore({ redis, logger }));
  const figures = stack.use(await createRedisFigures({ redis, logger }));
  stack.defer("figures", recordFigures({ hub, store: figures, logger }));
  return { trail, ops: { dashboard, logins, consoles, hub, figures, targetWaitMs, settingsOf } };
}

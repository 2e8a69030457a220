import { hostname } from "node:os";
import { HubEvents } from "@switchyard/broker/hub-events";
import { createRedisOccupancyEvents } from "@switchyard/broker/redis-occupancy-events";
import { taskAnnouncement } from "@switchyard/broker/task-announcement";
import { parseDurationMs } from "@switchyard/runtime/duration";
import type { Registry } from "prom-client";
import { closeServer, listen } from "@switchyard/runtime/listen";
import type { EffectiveSettings } from "@switchyard/runtime/effective-settings";
import type { Logger } from "@switchyard/runtime/logger";
import { createProbes, createProbeServer, type Probes } from "@switchyard/runtime/probes";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { RunningApp } from "@switchyard/runtime/run-app";
import type { Settings } from "@switchyard/runtime/settings";
import { inboxGroup, inboxGroupSettings } from "@switchyard/notifications/fan-out";
import { eventsHandler } from "@switchyard/tasks/task";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import type { RunAttempt } from "@switchyard/tasks/task-worker";
import { createBullWorker } from "@switchyard/tasks/bullmq-worker";
import { readAnnouncement } from "@switchyard/tasks/record-announcement";
import { answerCalls } from "./answer-calls.ts";
import { createCatalog } from "./catalog.ts";
import { eventGroups, openEvents } from "./events/open-events.ts";
import { openHubsOwnHandlers } from "./hubs-own-handlers.ts";
import { createWorkerMetrics, observeSettled, observeRuns } from "./metrics.ts";
import { startWebhookRelay, webhookGroup, webhookGroupSettings } from "./pusher/webhook-relay.ts";
import type { PoolLine } from "./pool/pool-line.ts";
import { type RegisteredWorker, registerWorker } from "./register-worker.ts";
import { tellOfSchedules } from "./schedule-events.ts";
import { stallsPerLock, startWatchdog, type Watchdog } from "./watchdog.ts";
import { createWorkerLoad } from "./worker-load.ts";
import { observeSchedules } from "./schedule-metrics.ts";

export interface StartWorkerOptions {
  readonly settings: Settings;
  readonly effective: EffectiveSettings;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
  /** Where relative paths of the catalog begin. */
  readonly directory: string;
  /** What handlers of kind `command` inherit, less our own variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** To the pool this worker is of, which has the probes then; absent: it is alone. */
  readonly line?: PoolLine;
}

/** Of the time a process has to stop, for aborting, handing back and releasing after the attempts have had theirs. */
const releaseMs = 10_000;
/** After its own deadline, by which a process whose event loop turns has ended. */
const beyondDeadlineMs = 2_000;

/** The composition root of a worker: read top to bottom, this is everything there is. */
export async function startWorker(options: StartWorkerOptions): Promise<RunningApp> {
  const { settings, logger, stack, directory, environment, line } = options;
  const { redis, handlers } = settings;
  // Before anything of the handlers is loaded, which may stand still already.
  const watchdog = stack.use(watchWorker(settings, line));
  if (line !== undefined) stack.use(line);
  const { file, constants } = taskAnnouncement(redis.prefix);
  const announcement = readAnnouncement(file, constants);
  const metrics = createWorkerMetrics(settings.worker.concurrency);
  const { registry } = metrics;
  const { publisher, queue, hubsOwn } = await openHubsOwnHandlers({ settings, logger, stack, announcement, registry });
  const run: RunAttempt = (attempt) => catalog.run(attempt);
  const events = await openEvents({ settings, queue, run, metrics, logger, stack });
  if (events !== undefined) hubsOwn.set(eventsHandler, events.handler);
  const catalog = await createCatalog({ handlers, tasks: settings.tasks, logger, directory, environment, hubsOwn });
  const load = createWorkerLoad(catalog);
  const schedules = watchSchedules(registry, stack.use(new HubEvents({ publisher, logger })));
  const onList = Promise.withResolvers<RegisteredWorker>();
  // Until its port is known, when it works already.
  let name = line?.name ?? hostname();
  const worker = stack.use(
    await createBullWorker({
      redis,
      logger,
      settings: settings.tasks,
      handlers,
      concurrency: settings.worker.concurrency,
      name: () => name,
      run: observeRuns(metrics, { names: catalog.names, run: load.run }),
      onSettled: observeSettled(metrics),
      ...schedules,
      onLettersDropped: (count) => metrics.deadDropped.inc(count),
      announcement,
      ...whenListed(onList.promise),
      groups: { [inboxGroup]: inboxGroupSettings, ...deliveryGroups(settings), ...settings.groups },
    }),
  );
  worker.start();
  const calls = stack.use(await answerCalls({ settings, logger, catalog, announcement, registry }));
  calls.start();
  await relayWebhooks({ settings, logger, stack }, queue);
  events?.start();
  watchdog.watchLoop();

  const probes = createProbes({ checks: { tasks: () => worker.check() }, metrics: registry });
  const drain = async (timeoutMs: number) => {
    probes.beginDrain();
    // Not waited for: what was asked before it is known is still taken.
    await Promise.all([registered.beginDrain(), worker.drain(timeoutMs), calls.drain(timeoutMs)]);
  };
  const port = line === undefined ? await openProbes(probes, { settings, stack }) : undefined;
  if (line === undefined) name = `${name}:${port}`;
  // Last, so that it is taken off the list first.
  const registered = await registerWorker({ ...options, name, load, line });
  onList.resolve(registered);
  if (line === undefined) logger.info({ port, handlers: [...catalog.names] }, "listening");
  else line.serve({ probes, registry, readLoad: () => load.counted(), drain });

  return { drain: () => drain(Math.max(0, parseDurationMs(settings.shutdown.timeout) - releaseMs)) };
}

/** What schedules do is counted, and told to those who listen. */
function watchSchedules(registry: Registry, events: HubEvents) {
  const { onSchedules, onFired: count } = observeSchedules(registry);
  const tell = tellOfSchedules(events);
  return {
    onSchedules,
    onFired(report: Parameters<typeof count>[0]) {
      count(report);
      tell(report);
    },
  };
}

function watchWorker({ tasks, shutdown }: Settings, line: PoolLine | undefined): Watchdog {
  const endWithinMs = parseDurationMs(shutdown.timeout) + beyondDeadlineMs;
  return startWatchdog({
    maxStallMs: stallsPerLock * parseDurationMs(tasks.lock_duration),
    ...(line !== undefined && { parent: { pid: line.poolPid, endWithinMs } }),
  });
}

/** A task may be taken before this worker is on the list itself. */
function whenListed(listed: Promise<RegisteredWorker>) {
  return {
    isElsewhere: async (handler: string) => (await listed).isElsewhere(handler),
    listWorkers: async () => (await listed).listWorkers(),
  };
}

async function openProbes(probes: Probes, { settings, stack }: Pick<StartWorkerOptions, "settings" | "stack">) {
  const server = createProbeServer(probes);
  const { port } = await listen(server, settings.worker);
  stack.defer("probes", () => closeServer(server));
  return port;
}

/** A lane for each receiver of an app's webhooks, and some for each of the hub's events. */
function deliveryGroups({ pusher, events }: Settings): Settings["groups"] {
  const names = pusher.apps.flatMap((app) => app.webhooks.map((_, index) => webhookGroup(app, index)));
  return { ...Object.fromEntries(names.map((name) => [name, webhookGroupSettings])), ...eventGroups({ events }) };
}

/** Where no app has a webhook, nobody looks for what to send. */
async function relayWebhooks(
  { settings: { redis, pusher }, logger, stack }: Pick<StartWorkerOptions, "settings" | "logger" | "stack">,
  queue: TaskQueue,
): Promise<void> {
  const apps = pusher.apps.filter(({ webhooks }) => webhooks.length > 0);
  if (apps.length === 0) return;
  const events = stack.use(await createRedisOccupancyEvents({ redis, logger }));
  stack.defer("webhook relay", startWebhookRelay({ apps, events, queue, logger }));
}

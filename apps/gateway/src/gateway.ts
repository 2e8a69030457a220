import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type Broker, silenceFoundMs } from "@switchyard/broker/broker";
import { type ChannelRules, createChannelRules } from "@switchyard/broker/channel-rules";
import { createPublishStep } from "@switchyard/broker/publish-step";
import { createRedisRevocations } from "@switchyard/broker/redis-revocations";
import type { Inbox } from "@switchyard/inbox/inbox";
import { createRedisInbox } from "@switchyard/inbox/redis-inbox";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { withPusherChannels } from "@switchyard/pusher/channel-rules";
import { parseDurationMs } from "@switchyard/runtime/duration";
import { createHttpServer } from "@switchyard/runtime/http-server";
import { closeServer, listen } from "@switchyard/runtime/listen";
import type { Logger } from "@switchyard/runtime/logger";
import { createProbes } from "@switchyard/runtime/probes";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { AppParts, RunningApp } from "@switchyard/runtime/run-app";
import { requestPath } from "@switchyard/runtime/request-head";
import type { Settings } from "@switchyard/runtime/settings";
import manifest from "../package.json" with { type: "json" };
import { closeTimeoutMs } from "./carriers/socket-deadline.ts";
import { shutOut } from "./control/shut-out.ts";
import { createTokenVerifier } from "./access/token-verifier.ts";
import { createNodeControl } from "./control/node-control.ts";
import { describeNode } from "./control/describe-node.ts";
import { openHooks } from "./decisions/hooks.ts";
import { EmulatedLines } from "./doors/centrifuge/emulated-lines.ts";
import type { Door } from "./doors/door.ts";
import type { DrainPace } from "./doors/drain-lines.ts";
import { createChannelEvents } from "./doors/centrifuge/commands/channel-event.ts";
import type { CentrifugeServices } from "./doors/centrifuge/services.ts";
import { openDoors, type Served } from "./open-doors.ts";
import { openHub } from "./open-hub.ts";
import { openHandlerCaller, type OpenRpc, openRpc } from "./rpc/open-rpc.ts";
import { Sessions } from "./session/sessions.ts";
import { createEntrance } from "./entrance/entrance.ts";
import { answerHttp } from "./entrance/answer-http.ts";
import { commandRateOf } from "./doors/centrifuge/command-limit.ts";
import { createGatewayMetrics, observeHub } from "./metrics/gateway-metrics.ts";
import { observePresence } from "./presence/observe-presence.ts";
import { openPresence } from "./presence/open-presence.ts";
import { createDenials } from "./session/denials.ts";
import { Expiries } from "./session/expiries.ts";
import { Heartbeat } from "./session/heartbeat.ts";

type StartGateway = Omit<AppParts, "stopRequested">;

/** The composition root of a gateway: read top to bottom, this is everything there is. */
export async function startGateway({ settings, effective, logger, stack }: StartGateway): Promise<RunningApp> {
  const { redis, client } = settings;
  // The version is what clients are told in the connect reply.
  const node = { uid: randomUUID(), version: manifest.version };
  const rules = withPusherChannels(createChannelRules(settings.channel), settings.pusher);
  const positionCheckDelayMs = parseDurationMs(client.channel_position_check_delay);
  const { hub, broker, reads } = await openHub({ redis, rules, logger, positionCheckDelayMs, stack });

  const sessions = new Sessions();
  const metrics = createGatewayMetrics();
  observeHub(metrics, { hub, sessions, broker });

  const { heartbeat, expiries, pingIntervalMs } = startClocks(client, stack);
  const revocations = stack.use(await createRedisRevocations({ redis, logger }));
  await revocations.follow(shutOut({ sessions, revocations, metrics }));

  const people = await openPresence({ settings, effective, hub, sessions, broker, rules, logger, stack });
  observePresence(metrics.registry, people.counts);

  const services: CentrifugeServices = {
    hub,
    sessions,
    broker,
    reads,
    rules,
    revocations,
    ...people.services,
    ...(await openAnswers({ settings, metrics, logger, stack })),
    heartbeat,
    expiries,
    uplinksMayBeLost: () => wasSilent(broker, client),
    metrics,
    logger,
    client,
    node,
    inbox: await openInbox({ settings, rules, logger, stack }),
    tokens: createTokenVerifier({ client, revocations, logger }),
    ...betweenClients({ client, rules, broker, logger }),
    ...closeDelays(client),
    commandRate: commandRateOf(client),
    pingSeconds: Math.max(1, Math.round(pingIntervalMs / 1_000)),
  };
  const emulated = new EmulatedLines();
  await broker.answerCommands(node.uid, createNodeControl({ ...services, emulated }));

  const served: Served = { endpoints: new Map(), webSockets: new Map() };
  const { server, entrance, probes } = createServer({ client, logger, broker, metrics }, served);
  const { port } = await listen(server, settings.gateway);
  stack.defer("http server", () => closeServer(server));
  // Several gateways may share a host, and in a pod or container all of them have the same port.
  const name = settings.gateway.name || `${hostname()}:${port}`;
  await people.start(describeNode({ ...node, name, hub, sessions }));
  // Doors open last: who comes in is written down under this node's lease.
  const behind = { ...services, broker, teller: people.services.teller };
  const doors = await openDoors({ settings, server, served, entrance, emulated, services: behind });
  for (const door of doors) stack.use(door);
  logger.info({ name, port, insecure: client.insecure }, "listening");

  return {
    async drain() {
      probes.beginDrain();
      entrance.shut();
      drainDoors(doors, drainPaceOf(settings));
    },
  };
}

/** Who decides about clients, and who answers them: back ends, and handlers in workers. */
async function openAnswers(options: OpenRpc) {
  const caller = await openHandlerCaller(options);
  const hooks = openHooks({ ...options, metrics: options.metrics.hooks, caller });
  return { hooks, rpc: await openRpc(options, { hooks, caller }) };
}

/** What ends connections by the clock. */
function startClocks(client: Settings["client"], stack: ReleaseStack) {
  const pingIntervalMs = parseDurationMs(client.ping_interval);
  const heartbeat = stack.use(new Heartbeat({ pingIntervalMs, pongTimeoutMs: parseDurationMs(client.pong_timeout) }));
  heartbeat.start();
  const expiries = stack.use(new Expiries());
  expiries.start();
  return { heartbeat, expiries, pingIntervalMs };
}

interface InboxParts {
  readonly settings: Pick<Settings, "redis" | "inbox">;
  readonly rules: ChannelRules;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
}

/** Inboxes publish on channels and know none: the two meet here. */
async function openInbox({ settings, rules, logger, stack }: InboxParts): Promise<Inbox> {
  const { redis, inbox: section } = settings;
  const step = createPublishStep({ prefix: redis.prefix, rules });
  const inbox = stack.use(await createRedisInbox({ redis, settings: section, logger, step }));
  inbox.startWaking();
  return inbox;
}

/** Whether Redis was silent within the time for a pong. */
function wasSilent({ lastSilenceMs }: Pick<Broker, "lastSilenceMs">, client: Settings["client"]): boolean {
  if (lastSilenceMs === undefined) return false;
  return performance.now() - lastSilenceMs < parseDurationMs(client.pong_timeout) + silenceFoundMs;
}

/** How clients hear that they may not, and what they may send to each other. */
function betweenClients({
  client,
  rules,
  broker,
  logger,
}: Pick<CentrifugeServices, "client" | "rules" | "broker" | "logger">) {
  const deny = createDenials(logger, client.explain_denials);
  return { deny, sendChannelEvent: createChannelEvents({ client, rules, broker, deny }) };
}

function closeDelays(client: Settings["client"]) {
  return {
    staleCloseDelayMs: parseDurationMs(client.stale_close_delay),
    expiredCloseDelayMs: parseDurationMs(client.expired_close_delay),
    expiredSubCloseDelayMs: parseDurationMs(client.expired_sub_close_delay),
  };
}

function drainDoors(doors: readonly Door[], pace: DrainPace): void {
  for (const door of doors) {
    door.shut();
    door.drain(disconnectCodes.shutdown, pace);
  }
}

/** A client that waits for an answer is kept so much longer, as far as the time of the process allows. */
const drainGraceMs = 5_000;

function drainPaceOf({ gateway, shutdown }: Pick<Settings, "gateway" | "shutdown">): DrainPace {
  const windowMs = parseDurationMs(gateway.drain_window);
  // What is left when the last one is sent away, who has some seconds to answer its close frame.
  const leftMs = parseDurationMs(shutdown.timeout) - windowMs - closeTimeoutMs;
  return { windowMs, graceMs: Math.max(0, Math.min(drainGraceMs, leftMs)) };
}

/** The one HTTP server: probes for operators, what doors serve to clients, and a word to those who took the wrong path. */
function createServer({ client, logger, broker, metrics }: ServedBy, { endpoints, webSockets }: Served) {
  const probes = createProbes({ checks: { redis: async () => broker.status() }, metrics: metrics.registry });
  const server = createHttpServer((request, response) => {
    if (probes.handle(request, response)) return;
    const handle = endpoints.get(requestPath(request));
    if (handle !== undefined) handle(request, response);
    else answerHttp(request, response, { websocketPaths: [...webSockets.keys()], others: [...endpoints.keys()] });
  });
  const entrance = createEntrance({ client, logger });
  entrance.watch(server);
  return { server, entrance, probes };
}

type ServedBy = Pick<CentrifugeServices, "client" | "logger" | "metrics"> & { readonly broker: Pick<Broker, "status"> };

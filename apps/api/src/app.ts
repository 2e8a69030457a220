import { randomUUID } from "node:crypto";
import { answerBrokenRequest } from "@switchyard/runtime/broken-request";
import { createAddressReader } from "@switchyard/runtime/client-address";
import { createHttpServer } from "@switchyard/runtime/http-server";
import type { Logger } from "@switchyard/runtime/logger";
import type { Probes } from "@switchyard/runtime/probes";
import type { Settings } from "@switchyard/runtime/settings";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { fastify, LogController } from "fastify";
import type { ApiMetrics } from "./metrics.ts";
import { createWitness } from "./ops/acts/what-stands.ts";
import { createKeyAudit } from "./ops/audit/audit-keys.ts";
import { type OpsDeps, serveOps } from "./ops/ops-scope.ts";
import { onlyFromThisMachine } from "./plugins/demo-guard.ts";
import { serveDemoPages } from "./plugins/demo-pages.ts";
import { replyWithError, replyWithErrors } from "./plugins/error-reply.ts";
import { acceptJsonBodies } from "./plugins/json-body.ts";
import { serveScripts } from "./plugins/page-scripts.ts";
import { closeConnectionsOnceDraining, serveProbes } from "./plugins/process-life.ts";
import { answerUnknownPaths } from "./plugins/not-found.ts";
import { documentRoutes } from "./plugins/openapi.ts";
import { createRequestRecord, logRequests } from "./plugins/request-log.ts";
import { refuseUndeclaredFields, validateRequests } from "./plugins/request-validation.ts";
import { setSecurityHeaders } from "./plugins/security-headers.ts";
import { type PusherDeps, servePusher } from "./pusher/serve-pusher.ts";
import { createCommands, registerDemoRoutes, registerRoutes, type RouteDeps } from "./route-table.ts";
import { serveCallsDirectly } from "./plugins/direct-calls.ts";
import type { Scope } from "./scope.ts";

export interface AppDeps {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly metrics: ApiMetrics;
  readonly probes: Pick<Probes, "answer">;
  readonly routes: RouteDeps;
  readonly ops: OpsDeps["ops"];
  readonly trail: OpsDeps["trail"];
  readonly pusher: PusherDeps | undefined;
}

const serverTimes = {
  // A client that does not take its answer holds a connection no longer than this. The longest answer, `?wait=60`, comes in between.
  idleTimeoutMs: 90_000,
  // Longer than any proxy before us keeps its connections, so that the proxy closes first and no request meets a closing socket.
  keepAliveTimeoutMs: 75_000,
};

/** The HTTP side of the api, not listening yet: tests inject into it, {@link startApi} listens. */
export async function createApp(deps: AppDeps): Promise<Scope> {
  const { settings, logger, routes } = deps;
  const { of: addressOf } = createAddressReader(settings.client.trusted_proxies);
  const audit = createKeyAudit({ trail: deps.trail, addressOf, witness: createWitness(routes) });
  const commands = createCommands(routes, audit);
  const record = createRequestRecord(deps.metrics, logger);
  const direct = { commands, record, logger, bodyMaxBytes: settings.api.body_limit };
  const app: Scope = fastify({
    loggerInstance: logger,
    // Its lines carry the address as it came; ours do not (plugins/request-log.ts).
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: settings.api.body_limit,
    serverFactory: (framework) =>
      createHttpServer(serveCallsDirectly({ ...routes, ...direct }, framework), serverTimes),
    genReqId: () => randomUUID(),
    // What is refused before any route is found, or before it is a request, has the shape of every other error.
    frameworkErrors: (error, request, reply) => void replyWithError(error, request, reply),
    clientErrorHandler: answerBrokenRequest,
    // A group's name has 128 characters, each of which may be 9 in a URL (`%E4%B8%AD`).
    routerOptions: { maxParamLength: 128 * 9 },
    // `request.host`, `protocol` and `ip` are what came, never what a header claims. Where a proxy's word counts, the password
    // limit, it is read from `client.trusted_proxies` alone (ops/access/login-routes.ts).
    trustProxy: false,
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.setValidatorCompiler(validateRequests);
  // Replies are typed by their schemas at compile time; a second check per reply would cost more than it finds.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  refuseUndeclaredFields(app);
  acceptJsonBodies(app);
  setSecurityHeaders(app);
  logRequests(app, record);
  closeConnectionsOnceDraining(app, routes);
  replyWithErrors(app);
  answerUnknownPaths(app);

  await documentRoutes(app, { home: settings.api.demo ? "/" : "/ops" });
  serveProbes(app, deps);
  registerRoutes(app, routes, { tasks: settings.tasks, audit, commands });
  await serveScripts(app);
  await app.register((scope: Scope) => serveOps(scope, deps));
  const { pusher } = deps;
  if (pusher !== undefined) await app.register((scope: Scope) => servePusher(scope, pusher));
  if (settings.api.demo) await app.register((scope: Scope) => serveDemo(scope, routes));
  await app.ready();
  return app;
}

/** Does not exist outside of demo mode: what is not there cannot be reached by mistake. */
async function serveDemo(scope: Scope, deps: RouteDeps): Promise<void> {
  onlyFromThisMachine(scope);
  registerDemoRoutes(scope, deps);
  await scope.register(serveDemoPages);
}

import cookie from "@fastify/cookie";
import type { ConsoleStore } from "@switchyard/broker/redis-console-store";
import type { Logins } from "@switchyard/broker/logins";
import { createAddressReader } from "@switchyard/runtime/client-address";
import { parseDurationMs } from "@switchyard/runtime/duration";
import type { Settings } from "@switchyard/runtime/settings";
import type { Scope } from "../scope.ts";
import { guardOps } from "./access/guard-ops.ts";
import { serveLogin } from "./access/login-routes.ts";
import { opsRoutes } from "./access/ops-routes.ts";
import { createOpsSessions } from "./access/ops-session.ts";
import { createOpsUsers, type OpsUsers } from "./access/ops-users.ts";
import { home } from "./access/page-behind.ts";
import { createPasswordDesk } from "./access/password-desk.ts";
import { serveProof } from "./access/proof-routes.ts";
import { serveSessionPages } from "./access/session-pages.ts";
import { createWitness } from "./acts/what-stands.ts";
import { auditActs } from "./audit/audit-acts.ts";
import { serveAudit } from "./audit/audit-routes.ts";
import type { AuditTrail } from "./audit/audit-trail.ts";
import { type OpsAnswers, serveAnswerPages } from "./answers/answer-routes.ts";
import { type OpsConnections, serveConnectionPages } from "./connections/connection-routes.ts";
import { type ApiRouteDeps, serveApiRoutes } from "./console/api-routes.ts";
import { serveConsole } from "./console/console-routes.ts";
import { openConsoleVersions } from "./console/console-versions.ts";
import { type FigureDeps, serveFigures } from "./console/figure-routes.ts";
import { type OverviewDeps, serveOverview } from "./console/overview-routes.ts";
import { serveSettings, type SettingsDeps } from "./console/settings-routes.ts";
import { html } from "./html.ts";
import { createOidcProvider } from "./oidc/oidc-provider.ts";
import { serveOidc } from "./oidc/oidc-routes.ts";
import { createOidcUsers } from "./oidc/oidc-users.ts";
import { sendOpsPage } from "./ops-page.ts";
import { answerOutagesAsPages } from "./outage-page.ts";
import { type DashboardQueue, serveQueueBoard } from "./queue-board.ts";
import { fitAnswers } from "./sight/fit-answers.ts";
import { requireSight } from "./sight/require-sight.ts";
import { serveSchedulePages } from "./schedules/schedule-routes.ts";

export interface OpsDeps {
  readonly routes: OpsAnswers & OpsConnections & ApiRouteDeps;
  readonly settings: Pick<Settings, "ops" | "client">;
  readonly trail: AuditTrail;
  /** Undefined exactly when nobody may log in: then there is nothing to look at. */
  readonly ops:
    | (Omit<OverviewDeps, "versions" | "groups"> &
        FigureDeps &
        SettingsDeps &
        OpsStores & { readonly dashboard: DashboardQueue })
    | undefined;
}

interface OpsStores {
  readonly logins: Logins;
  readonly consoles: ConsoleStore;
}

/**
 * Everything under `/ops`, in a scope of its own: its cookies, form bodies and views are unknown to the rest of the api. Bull-board has no authentication
 * itself, so the guard stands in front of every path it registers, its static files included.
 */
export async function serveOps(scope: Scope, { settings, ops, routes, trail }: OpsDeps): Promise<void> {
  if (ops === undefined) {
    serveClosed(scope);
    return;
  }
  const users = createOpsUsers(settings.ops);
  const { of: addressOf } = createAddressReader(settings.client.trusted_proxies);
  const lifeMs = parseDurationMs(settings.ops.session_lifetime);
  const isReadOnly = settings.ops.read_only;
  const oidc = settings.ops.oidc.issuer === "" ? undefined : openOidc(settings.ops);
  const find: OpsUsers["find"] = (name, claims) => (claims === "" ? users.find(name, "") : oidc?.people.find(claims));
  const sessions = createOpsSessions({ users: { find }, logins: ops.logins, isReadOnly });
  answerOutagesAsPages(scope);
  await scope.register(cookie);
  guardOps(scope, { rules: opsRoutes, sessions, isReadOnly, trail, addressOf });
  requireSight(scope, { ...routes, trail, addressOf });
  fitAnswers(scope);
  auditActs(scope, { trail, addressOf, witness: createWitness(routes) });
  scope.get("/ops", { schema: { hide: true } }, async (_request, reply) => reply.redirect(home));
  // Each in a scope of its own: what one does to its answers does nothing to those of the others.
  const desk = createPasswordDesk({ users, trail, addressOf });
  const ways = { users, oidcLabel: oidc && settings.ops.oidc.label };
  const logins = { ways, sessions, trail, lifeMs, addressOf };
  const providerEndUrl = async () => oidc?.provider.endUrl();
  await scope.register((login: Scope) => serveLogin(login, { ...logins, desk, providerEndUrl }));
  if (oidc !== undefined) await scope.register(async (login: Scope) => serveOidc(login, { ...logins, ...oidc }));
  await scope.register((proof: Scope) => serveProof(proof, { desk, sessions }));
  await scope.register((pages: Scope) => serveSessionPages(pages, sessions));
  await scope.register((calls: Scope) => serveAudit(calls, trail));
  const versions = openConsoleVersions(ops.consoles);
  await scope.register((pages: Scope) => serveConsole(pages, versions));
  await scope.register(async (calls: Scope) => serveOverview(calls, { ...ops, versions, groups: routes.groups }));
  await scope.register(async (calls: Scope) => serveFigures(calls, ops));
  await scope.register(async (calls: Scope) => serveSettings(calls, ops));
  await scope.register(async (calls: Scope) => serveApiRoutes(calls, routes, () => ops.hub.forget()));
  await scope.register((board: Scope) => serveQueueBoard(board, { ...ops.dashboard, isReadOnly }));
  await scope.register((pages: Scope) => serveSchedulePages(pages, routes.schedules));
  await scope.register((pages: Scope) => serveAnswerPages(pages, routes));
  await scope.register((pages: Scope) => serveConnectionPages(pages, routes));
}

function openOidc(settings: Settings["ops"]) {
  return { provider: createOidcProvider(settings), people: createOidcUsers(settings.oidc) };
}

/** Closed until there is somebody to open them for: no default, no open door. */
function serveClosed(scope: Scope): void {
  const body = html`<p>
    The dashboards are closed because nobody may log in. Set <code>ops.users</code> or <code>ops.oidc</code> in the
    settings file, or <code>SWITCHYARD_OPS_PASSWORD</code> (<code>ops.password</code>), and restart the api.
  </p>`;
  for (const url of ["/ops", "/ops/*"]) {
    scope.all(url, { schema: { hide: true } }, async (_request, reply) =>
      sendOpsPage(reply, { status: 403, title: "Dashboards are closed", body }),
    );
  }
}

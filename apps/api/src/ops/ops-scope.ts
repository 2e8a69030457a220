import cookie from "@fastify/cookie";
import type { Logins } from "@switchyard/broker/redis-logins";
import { createAddressReader } from "@switchyard/runtime/client-address";
import type { Settings } from "@switchyard/runtime/settings";
import { ApiError } from "../errors/api-error.ts";
import type { Scope } from "../scope.ts";
import { serveLogin, sessionCookie } from "./login-routes.ts";
import { html } from "./html.ts";
import { sendOpsPage } from "./ops-page.ts";
import { createOpsSessions, type OpsSessions } from "./ops-session.ts";
import { type DashboardQueue, serveQueueBoard } from "./queue-board.ts";
import { answersPath, connectionsPath, schedulesPath } from "./frame.ts";
import { type OpsAnswers, serveAnswerPages } from "./answers/answer-routes.ts";
import { type OpsConnections, serveConnectionPages } from "./connections/connection-routes.ts";
import { type OpsSchedules, serveSchedulePages } from "./schedules/schedule-routes.ts";
import { refuseOtherOrigins } from "./same-origin.ts";

export interface OpsDeps {
  readonly routes: OpsAnswers & OpsConnections & { readonly schedules: OpsSchedules };
  readonly settings: Pick<Settings, "ops" | "client">;
  /** Undefined exactly when no password is set: then there is nothing to look at. */
  readonly ops: { readonly dashboard: DashboardQueue; readonly logins: Logins } | undefined;
}

/**
 * Everything under `/ops`, in a scope of its own: its cookies, form bodies and views are unknown to the rest of the api. Bull-board has no authentication itself, so the guard stands in front of every path it registers, its static
 * files included.
 */
export async function serveOps(scope: Scope, { settings, ops, routes }: OpsDeps): Promise<void> {
  if (ops === undefined) {
    serveClosed(scope);
    return;
  }
  const { password } = settings.ops;
  const sessions = createOpsSessions(password, ops.logins);
  const { of: addressOf } = createAddressReader(settings.client.trusted_proxies);
  await scope.register(cookie);
  scope.get("/ops", { schema: { hide: true } }, async (_request, reply) => reply.redirect("/ops/queues"));
  await scope.register((login: Scope) => serveLogin(login, { password, sessions, addressOf }));
  await scope.register(async (board: Scope) => {
    requireSession(board, sessions);
    await serveQueueBoard(board, ops.dashboard);
  });
  await scope.register(async (pages: Scope) => {
    requireSession(pages, sessions);
    await serveSchedulePages(pages, routes.schedules);
  });
  await scope.register(async (pages: Scope) => {
    requireSession(pages, sessions);
    await serveAnswerPages(pages, routes);
  });
  await scope.register(async (pages: Scope) => {
    requireSession(pages, sessions);
    await serveConnectionPages(pages, routes);
  });
}

/** People are sent to the login; the dashboard's own calls get a 401 they can show. */
function requireSession(scope: Scope, sessions: OpsSessions): void {
  scope.addHook("onRequest", async (request, reply) => {
    if (await sessions.isValid(request.cookies[sessionCookie] ?? "")) return;
    const { url = "" } = request.routeOptions;
    const isPage = request.method === "GET" && !url.startsWith("/ops/queues/api");
    if (isPage) return reply.redirect(`/ops/login?next=${encodeURIComponent(request.url)}`);
    // Its forms are sent by people, too.
    if ([schedulesPath, answersPath, connectionsPath].some((path) => url.startsWith(path)))
      return reply.redirect("/ops/login", 303);
    throw new ApiError("unauthorized", "the session is over; log in again at /ops/login");
  });
  scope.addHook("onRequest", refuseOtherOrigins);
}

/** Closed until somebody sets a password: no default, no open door. */
function serveClosed(scope: Scope): void {
  const body = html`<p>
    The dashboards are closed because no password is set. Set <code>SWITCHYARD_OPS_PASSWORD</code> (<code
      >ops.password</code
    >
    in the settings file) and restart the api.
  </p>`;
  for (const url of ["/ops", "/ops/*"]) {
    scope.all(url, { schema: { hide: true } }, async (_request, reply) =>
      sendOpsPage(reply, { status: 403, title: "Dashboards are closed", body }),
    );
  }
}

import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import type { Scope } from "../../scope.ts";
import { acceptForms } from "../form-body.ts";
import { html } from "../html.ts";
import { sendOpsPage } from "../ops-page.ts";
import { sessionCookie } from "./guard-ops.ts";
import { byPerson, entryOf } from "../audit/audit-acts.ts";
import type { AuditTrail } from "../audit/audit-trail.ts";
import type { OpsSessions } from "./ops-session.ts";
import type { OpsUsers } from "./ops-users.ts";
import { createPasswordLimit } from "./password-limit.ts";

export interface LoginDeps {
  readonly users: OpsUsers;
  readonly sessions: OpsSessions;
  readonly trail: AuditTrail;
  /** Of a login at most. */
  readonly lifeMs: number;
  /** Where a request came from, by what trusted proxies say. */
  readonly addressOf: (request: IncomingMessage) => string;
}

/** `/ops/login` and `/ops/logout`: plain forms, no script. */
export async function serveLogin(scope: Scope, deps: LoginDeps): Promise<void> {
  const { users, sessions, trail, lifeMs, addressOf } = deps;
  const limit = createPasswordLimit();
  await acceptForms(scope);

  scope.get("/ops/login", { schema: { ...hidden, querystring: loginQuery } }, async (request, reply) =>
    sendOpsPage(reply, loginPage(users, 200, { next: pageBehind(request.query.next) })),
  );
  scope.post("/ops/login", { schema: { ...hidden, body: loginBody } }, async (request, reply) => {
    const address = addressOf(request.raw);
    const next = pageBehind(request.body.next);
    const verdict = limit.admit(address);
    if ("secondsToWait" in verdict) {
      const { secondsToWait } = verdict;
      return sendOpsPage(
        reply.header("retry-after", secondsToWait),
        loginPage(users, 429, { next, problem: waitText(secondsToWait) }),
      );
    }
    if (verdict.delayMs > 0) await sleep(verdict.delayMs);
    const { name = "", password } = request.body;
    const user = await users.judge(name, password);
    if (user === undefined) {
      const actor = users.find(name)?.name ?? "unknown";
      await trail.note("refusals", { kind: "refused", ...entryOf(request, address), actor, why: "wrong password" });
      return sendOpsPage(reply, loginPage(users, 401, { next, problem: wrongText(users) }));
    }
    limit.forgive(address);
    await trail.write("people", { kind: "login", ...entryOf(request, address), actor: user.name });
    reply.setCookie(sessionCookie, await sessions.begin(user, address), cookieOptions(request, lifeMs));
    // The board of queues is closed to viewers, who would be told so in place of a welcome.
    return reply.redirect(user.role === "viewer" && next.startsWith("/ops/queues") ? home : next, 303);
  });

  scope.get("/ops/logout", { schema: hidden }, async (_request, reply) => sendOpsPage(reply, logoutPage));
  scope.post("/ops/logout", { schema: hidden }, async (request, reply) => {
    const session = await sessions.find(request.cookies[sessionCookie] ?? "");
    if (session !== undefined) {
      await sessions.end(session.login.handle);
      const entry = { ...entryOf(request, addressOf(request.raw)), ...byPerson(session) };
      await trail.note("people", { kind: "logout", ...entry });
    }
    reply.clearCookie(sessionCookie, cookieOptions(request, lifeMs));
    return reply.redirect("/ops/login", 303);
  });
}

/** Where everybody begins. */
export const home = "/ops/console";

const hidden = { hide: true };
const next = Type.Optional(Type.String({ maxLength: 2048 }));
const loginBody = Type.Object(
  { name: Type.Optional(Type.String({ maxLength: 64 })), password: Type.String({ maxLength: 1024 }), next },
  { additionalProperties: false },
);
const loginQuery = Type.Object({ next });

/** Where somebody wanted to go. Only to pages behind this login: a link to it must not lead elsewhere with the operator's trust. */
function pageBehind(path = ""): string {
  return /^\/ops\/(?!login|logout)[a-z]+(?:[/?][\w\-./~%?&=+]*)?$/.test(path) && !path.includes("..") ? path : home;
}

/**
 * Behind HTTPS the cookie never travels in the clear; plain HTTP is for development, where it must travel. Whoever says
 * that it came by HTTPS is believed, trusted proxy or not: a lie only keeps the liar's own cookie from travelling.
 */
function cookieOptions({ protocol, headers }: FastifyRequest, lifeMs: number): CookieSerializeOptions {
  const isForwardedHttps = [headers["x-forwarded-proto"]].flat().some((proto) => /\bhttps\b/i.test(proto ?? ""));
  return {
    path: "/ops",
    httpOnly: true,
    sameSite: "lax",
    secure: protocol === "https" || isForwardedHttps,
    maxAge: Math.ceil(lifeMs / 1_000),
  };
}

function waitText(seconds: number): string {
  return `Too many wrong passwords. Try again in ${seconds} seconds.`;
}

function wrongText({ haveNames }: OpsUsers): string {
  return haveNames ? "That name or that password is wrong." : "That password is wrong.";
}

interface LoginView {
  readonly next: string;
  readonly problem?: string;
}

function loginPage({ haveNames, haveShared }: OpsUsers, status: number, { next: page, problem }: LoginView) {
  const name = html`<label for="name">Name${haveShared && " (empty for the shared password)"}</label>
    <input id="name" name="name" maxlength="64" autocomplete="username" autofocus />`;
  return {
    status,
    title: "Dashboards",
    body: html`${problem === undefined ? html`<p>What the hub does, for operators.</p>` : html`<p role="alert">${problem}</p>`}
      <form method="post" action="/ops/login">
        <input type="hidden" name="next" value="${page}" />
        ${haveNames && name}
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          ${!haveNames && { html: "autofocus" }}
        />
        <button>Log in</button>
      </form>`,
  };
}

const logoutPage = {
  status: 200,
  title: "Log out",
  body: html`<p>Ends the session of this browser.</p>
    <form method="post" action="/ops/logout"><button>Log out</button></form>`,
};

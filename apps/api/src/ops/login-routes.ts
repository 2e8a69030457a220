import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { CookieSerializeOptions } from "@fastify/cookie";
import { secretsMatch } from "@switchyard/runtime/secrets-match";
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import type { Scope } from "../scope.ts";
import { acceptForms } from "./form-body.ts";
import { html } from "./html.ts";
import { sendOpsPage } from "./ops-page.ts";
import { type OpsSessions, sessionSeconds } from "./ops-session.ts";
import { createPasswordLimit } from "./password-limit.ts";
import { refuseOtherOrigins } from "./same-origin.ts";

export const sessionCookie = "sy_ops";

export interface LoginDeps {
  readonly password: string;
  readonly sessions: OpsSessions;
  /** Where a request came from, by what trusted proxies say. */
  readonly addressOf: (request: IncomingMessage) => string;
}

/** `/ops/login` and `/ops/logout`: plain forms, no script. */
export async function serveLogin(scope: Scope, { password, sessions, addressOf }: LoginDeps): Promise<void> {
  const limit = createPasswordLimit();
  await acceptForms(scope);
  scope.addHook("onRequest", refuseOtherOrigins);

  scope.get("/ops/login", { schema: { ...hidden, querystring: loginQuery } }, async (request, reply) =>
    sendOpsPage(reply, loginPage(200, { next: pageBehind(request.query.next) })),
  );
  scope.post("/ops/login", { schema: { ...hidden, body: loginBody } }, async (request, reply) => {
    const address = addressOf(request.raw);
    const next = pageBehind(request.body.next);
    const verdict = limit.admit(address);
    if ("secondsToWait" in verdict) {
      const { secondsToWait } = verdict;
      return sendOpsPage(
        reply.header("retry-after", secondsToWait),
        loginPage(429, { next, problem: waitText(secondsToWait) }),
      );
    }
    if (verdict.delayMs > 0) await sleep(verdict.delayMs);
    if (!secretsMatch(request.body.password, password)) {
      request.log.warn({ address }, "wrong ops password");
      return sendOpsPage(reply, loginPage(401, { next, problem: "That password is wrong." }));
    }
    limit.forgive(address);
    request.log.info({ address }, "ops login");
    reply.setCookie(sessionCookie, await sessions.begin(), cookieOptions(request));
    return reply.redirect(next, 303);
  });

  scope.get("/ops/logout", { schema: hidden }, async (_request, reply) => sendOpsPage(reply, logoutPage));
  scope.post("/ops/logout", { schema: hidden }, async (request, reply) => {
    await sessions.end(request.cookies[sessionCookie] ?? "");
    reply.clearCookie(sessionCookie, cookieOptions(request));
    return reply.redirect("/ops/login", 303);
  });
}

const hidden = { hide: true };
const next = Type.Optional(Type.String({ maxLength: 2048 }));
const loginBody = Type.Object({ password: Type.String({ maxLength: 1024 }), next }, { additionalProperties: false });
const loginQuery = Type.Object({ next });

/** Where somebody wanted to go. Only to pages behind this login: a link to it must not lead elsewhere with the operator's trust. */
function pageBehind(path = ""): string {
  return /^\/ops\/(?!login|logout)[a-z]+(?:[/?][\w\-./~%?&=+]*)?$/.test(path) && !path.includes("..")
    ? path
    : "/ops/queues";
}

/**
 * Behind HTTPS the cookie never travels in the clear; plain HTTP is for development, where it must travel. Whoever says
 * that it came by HTTPS is believed, trusted proxy or not: a lie only keeps the liar's own cookie from travelling.
 */
function cookieOptions({ protocol, headers }: FastifyRequest): CookieSerializeOptions {
  const isForwardedHttps = [headers["x-forwarded-proto"]].flat().some((proto) => /\bhttps\b/i.test(proto ?? ""));
  return {
    path: "/ops",
    httpOnly: true,
    sameSite: "strict",
    secure: protocol === "https" || isForwardedHttps,
    maxAge: sessionSeconds,
  };
}

function waitText(seconds: number): string {
  return `Too many wrong passwords. Try again in ${seconds} seconds.`;
}

function loginPage(status: number, { next: page, problem }: { readonly next: string; readonly problem?: string }) {
  return {
    status,
    title: "Dashboards",
    body: html`${problem === undefined ? html`<p>Queues, schedules and connections, for operators.</p>` : html`<p role="alert">${problem}</p>`}
      <form method="post" action="/ops/login">
        <input type="hidden" name="next" value="${page}" />
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required autofocus />
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

import formbody from "@fastify/formbody";
import type { CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import type { Scope } from "../scope.ts";
import { secretsMatch } from "../access/secrets-match.ts";
import { sendOpsPage } from "./ops-page.ts";
import { type OpsSessions, sessionSeconds } from "./ops-session.ts";
import { createPasswordLimit } from "./password-limit.ts";
import { refuseOtherOrigins } from "./same-origin.ts";

export const sessionCookie = "sy_ops";

export interface LoginDeps {
  readonly password: string;
  readonly sessions: OpsSessions;
}

/** `/ops/login` and `/ops/logout`: plain forms, no script. */
export async function serveLogin(scope: Scope, { password, sessions }: LoginDeps): Promise<void> {
  const limit = createPasswordLimit();
  await scope.register(formbody);
  scope.addHook("onRequest", refuseOtherOrigins);

  scope.get("/ops/login", { schema: hidden }, async (_request, reply) => sendOpsPage(reply, loginPage(200)));
  scope.post("/ops/login", { schema: { ...hidden, body: loginBody } }, async (request, reply) => {
    const seconds = limit.secondsToWait(request.ip);
    if (seconds > 0) return sendOpsPage(reply.header("retry-after", seconds), loginPage(429, waitText(seconds)));
    if (!secretsMatch(request.body.password, password)) {
      limit.countWrong(request.ip);
      request.log.warn({ address: request.ip }, "wrong ops password");
      return sendOpsPage(reply, loginPage(401, "That password is wrong."));
    }
    request.log.info({ address: request.ip }, "ops login");
    reply.setCookie(sessionCookie, await sessions.issue(), cookieOptions(request));
    return reply.redirect("/ops/queues", 303);
  });

  scope.get("/ops/logout", { schema: hidden }, async (_request, reply) => sendOpsPage(reply, logoutPage));
  scope.post("/ops/logout", { schema: hidden }, async (request, reply) => {
    reply.clearCookie(sessionCookie, cookieOptions(request));
    return reply.redirect("/ops/login", 303);
  });
}

const hidden = { hide: true };
const loginBody = Type.Object({ password: Type.String({ maxLength: 1024 }) }, { additionalProperties: false });

/** Behind HTTPS the cookie never travels in the clear; plain HTTP is for development, where it must travel. */
function cookieOptions(request: FastifyRequest): CookieSerializeOptions {
  return {
    path: "/ops",
    httpOnly: true,
    sameSite: "strict",
    secure: request.protocol === "https",
    maxAge: sessionSeconds,
  };
}

function waitText(seconds: number): string {
  return `Too many wrong passwords. Try again in ${seconds} seconds.`;
}

function loginPage(status: number, problem?: string) {
  return {
    status,
    title: "Dashboards",
    body: `<p${problem === undefined ? "" : ' role="alert"'}>${problem ?? "Queues and their tasks, for operators."}</p>
<form method="post" action="/ops/login">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required autofocus>
<button>Log in</button>
</form>`,
  };
}

const logoutPage = {
  status: 200,
  title: "Log out",
  body: '<p>Ends the session of this browser.</p>\n<form method="post" action="/ops/logout"><button>Log out</button></form>',
};

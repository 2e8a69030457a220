import type { IncomingMessage } from "node:http";
import Type from "typebox";
import type { Scope } from "../../scope.ts";
import { byPerson, entryOf } from "../audit/audit-acts.ts";
import type { AuditTrail } from "../audit/audit-trail.ts";
import { acceptForms } from "../form-body.ts";
import { beginLogin } from "./begin-login.ts";
import { sendOpsPage } from "../ops-page.ts";
import { loggedOutPage, loginPage, type LoginWays, logoutPage } from "./login-page.ts";
import { loginWords } from "./login-words.ts";
import type { OpsSessions } from "./ops-session.ts";
import { pageBehind, pageFor } from "./page-behind.ts";
import type { PasswordDesk } from "./password-desk.ts";
import { sessionCookie } from "./session-cookie.ts";

export interface LoginDeps {
  readonly ways: LoginWays;
  readonly desk: PasswordDesk;
  readonly sessions: OpsSessions;
  readonly trail: AuditTrail;
  /** Of a login at most. */
  readonly lifeMs: number;
  /** Where a request came from, by what trusted proxies say. */
  readonly addressOf: (request: IncomingMessage) => string;
  /** Where the identity provider ends its own login; undefined where there is none, or no such place. */
  readonly providerEndUrl: () => Promise<string | undefined>;
}

/** `/ops/login` and `/ops/logout`: plain forms, no script. */
export async function serveLogin(scope: Scope, deps: LoginDeps): Promise<void> {
  const { ways, desk, sessions, trail, lifeMs, addressOf, providerEndUrl } = deps;
  await acceptForms(scope);

  scope.get("/ops/login", { schema: { ...hidden, querystring: loginQuery } }, async (request, reply) =>
    sendOpsPage(
      reply,
      loginPage(ways, {
        said: loginWords(request),
        status: 200,
        next: pageBehind(request.query.next),
        isOther: request.query.other === "1",
      }),
    ),
  );
  scope.post("/ops/login", { schema: { ...hidden, body: loginBody } }, async (request, reply) => {
    const { name = "", password } = request.body;
    const [said, next] = [loginWords(request), pageBehind(request.body.next)];
    const user = await desk.judge(request, { name, password });
    if (user === undefined) {
      const problem = ways.users.haveNames ? said.wrongEither : said.wrong;
      return sendOpsPage(reply, loginPage(ways, { said, status: 401, next, problem, name }));
    }
    if ("secondsToWait" in user) {
      reply.header("retry-after", user.secondsToWait);
      const problem = said.wait(user.secondsToWait);
      return sendOpsPage(reply, loginPage(ways, { said, status: 429, next, problem, name }));
    }
    const entry = entryOf(request, addressOf(request.raw));
    sessionCookie.set(reply, await beginLogin(user, entry, { sessions, trail }), lifeMs);
    return reply.redirect(pageFor(user.role, next), 303);
  });

  scope.get("/ops/logout", { schema: hidden }, async (request, reply) =>
    sendOpsPage(reply, logoutPage(loginWords(request))),
  );
  scope.post("/ops/logout", { schema: hidden }, async (request, reply) => {
    const session = await sessions.find(sessionCookie.read(request));
    if (session !== undefined) {
      await sessions.end(session.login.handle);
      const entry = { ...entryOf(request, addressOf(request.raw)), ...byPerson(session) };
      await trail.note("people", { kind: "logout", ...entry });
    }
    sessionCookie.clear(reply);
    // One that does not answer is not waited for to be told that somebody has left.
    const isOfProvider = session !== undefined && session.user.claims !== "";
    const endUrl = isOfProvider ? await providerEndUrl().catch(() => undefined) : undefined;
    if (endUrl !== undefined) return sendOpsPage(reply, loggedOutPage(loginWords(request), endUrl));
    return reply.redirect("/ops/login", 303);
  });
}

const hidden = { hide: true };
const next = Type.Optional(Type.String({ maxLength: 2048 }));
const loginBody = Type.Object(
  { name: Type.Optional(Type.String({ maxLength: 64 })), password: Type.String({ maxLength: 1024 }), next },
  { additionalProperties: false },
);
const loginQuery = Type.Object({ next, other: Type.Optional(Type.Literal("1")) });

import type { IncomingMessage } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import type { Scope } from "../../scope.ts";
import { loginPage, type LoginWays } from "../access/login-page.ts";
import { loginWords } from "../access/login-words.ts";
import { beginLogin } from "../access/begin-login.ts";
import type { OpsSessions } from "../access/ops-session.ts";
import { isSamePerson, subjectOf } from "../access/same-person.ts";
import type { OpsUser } from "../access/ops-users.ts";
import { pageBehind, pageFor } from "../access/page-behind.ts";
import { provenPage } from "../access/proof-routes.ts";
import { createPasswordLimit } from "../access/password-limit.ts";
import { opsCookie, sessionCookie } from "../access/session-cookie.ts";
import { byPerson, entryOf } from "../audit/audit-acts.ts";
import type { AuditTrail } from "../audit/audit-trail.ts";
import { html } from "../html.ts";
import { sendOpsPage } from "../ops-page.ts";
import { missingClaimPage } from "./missing-claim-page.ts";
import { type Claims, type OidcFlow, type OidcProvider, oidcBackPath } from "./oidc-provider.ts";
import { tellRefusal } from "./oidc-refusal.ts";
import { oidcName, type OidcUsers } from "./oidc-users.ts";

export interface OidcDeps {
  readonly provider: OidcProvider;
  readonly people: OidcUsers;
  readonly ways: LoginWays;
  readonly sessions: OpsSessions;
  readonly trail: AuditTrail;
  /** Of a login at most. */
  readonly lifeMs: number;
  readonly addressOf: (request: IncomingMessage) => string;
}

/** What a login on its way is held against stays with the browser that began it, so any api can end it. */
const flowCookie = opsCookie("sy_oidc");
const flowLifeMs = 10 * 60_000;
const hide = true;
const query = Type.Object({
  next: Type.Optional(Type.String({ maxLength: 2048 })),
  proof: Type.Optional(Type.Literal("1")),
  other: Type.Optional(Type.Literal("1")),
});

/** `/ops/login/oidc`, which leads to the identity provider, and `/ops/login/oidc/back`, where it leads back to. */
export function serveOidc(scope: Scope, deps: OidcDeps): void {
  const { provider, people, ways, addressOf } = deps;
  const limit = createPasswordLimit();

  scope.get("/ops/login/oidc", { schema: { hide, querystring: query } }, async (request, reply) => {
    const [said, next] = [loginWords(request), pageBehind(request.query.next)];
    const { proof, other } = request.query;
    const begun = await provider
      .begin(next, { isProof: proof === "1", isOther: other === "1" })
      .catch((error: unknown) => {
        request.log.warn({ err: error }, "the identity provider does not answer");
        return undefined;
      });
    if (begun === undefined)
      return sendOpsPage(reply, loginPage(ways, { said, status: 503, next, problem: said.away }));
    flowCookie.set(reply, Buffer.from(JSON.stringify(begun.flow)).toString("base64url"), flowLifeMs);
    return reply.redirect(begun.url);
  });

  scope.get(oidcBackPath, { schema: { hide } }, async (request, reply) => {
    const said = loginWords(request);
    const flow = readFlow(flowCookie.read(request));
    // Used up, whatever comes of it.
    flowCookie.clear(reply);
    if (flow === undefined) {
      return sendOpsPage(reply, loginPage(ways, { said, status: 400, next: pageBehind(), problem: said.unknown }));
    }
    // What comes back is made up by anybody, and the provider is asked about it: so strangers have as many tries as for a password.
    const verdict = limit.admit(addressOf(request.raw));
    if ("secondsToWait" in verdict) {
      const problem = said.waitForOther(verdict.secondsToWait);
      reply.header("retry-after", verdict.secondsToWait);
      return sendOpsPage(reply, loginPage(ways, { said, status: 429, next: flow.next, problem }));
    }
    const found = await finish(request, flow, deps);
    if ("problem" in found) {
      return sendOpsPage(reply, loginPage(ways, { said, ...found, next: flow.next }));
    }
    verdict.forgive();
    const judged = people.judge(found.claims);
    if ("missing" in judged) {
      const { name, sub, claim } = judged.missing;
      await noteRefusal(request, deps, {
        why: `no role by the claim ${claim}`,
        actor: oidcName(name),
        details: { sub },
      });
      return sendOpsPage(reply, missingClaimPage(judged.missing));
    }
    return flow.isProof
      ? prove(request, reply, { ...deps, user: judged })
      : letIn(request, reply, { ...deps, user: judged, flow });
  });
}

function readFlow(cookie: string): OidcFlow | undefined {
  try {
    const { state, nonce, verifier, next, isProof } = JSON.parse(
      Buffer.from(cookie, "base64url").toString(),
    ) as OidcFlow;
    if (![state, nonce, verifier].every((text) => typeof text === "string" && text !== "")) return undefined;
    return { state, nonce, verifier, next: pageBehind(String(next)), isProof: isProof === true };
  } catch {
    return undefined;
  }
}

type Finished = { readonly claims: Claims } | { readonly status: number; readonly problem: string };

async function finish(request: FastifyRequest, flow: OidcFlow, deps: OidcDeps): Promise<Finished> {
  const { provider, people } = deps;
  try {
    return { claims: await provider.finish(request.url, flow, (claims) => people.isTold(claims)) };
  } catch (error) {
    const refusal = tellRefusal(error);
    request.log.warn({ err: error }, "a login by the identity provider failed");
    const said = loginWords(request);
    if (refusal === undefined) return { status: 503, problem: said.away };
    await noteRefusal(request, deps, { why: refusal, actor: "unknown" });
    return { status: 401, problem: said.notAccepted(refusal) };
  }
}

interface Refused {
  readonly why: string;
  readonly actor: string;
  readonly details?: object;
}

async function noteRefusal(request: FastifyRequest, { trail, addressOf }: OidcDeps, refused: Refused): Promise<void> {
  await trail.note("refusals", { kind: "refused", ...entryOf(request, addressOf(request.raw)), ...refused });
}

async function letIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { user, flow, sessions, trail, lifeMs, addressOf }: OidcDeps & { readonly user: OpsUser; readonly flow: OidcFlow },
): Promise<FastifyReply> {
  const entry = { ...entryOf(request, addressOf(request.raw)), details: { sub: subjectOf(user.claims) } };
  sessionCookie.set(reply, await beginLogin(user, entry, { sessions, trail }), lifeMs);
  return reply.redirect(pageFor(user.role, flow.next), 303);
}

/** The login that is proven is the one of this browser, and of the same person. */
async function prove(
  request: FastifyRequest,
  reply: FastifyReply,
  { user, sessions, trail, addressOf }: OidcDeps & { readonly user: OpsUser },
): Promise<FastifyReply> {
  const said = loginWords(request);
  const session = await sessions.find(sessionCookie.read(request));
  if (session === undefined || !isSamePerson(session.login, user)) {
    const body = html`<p role="alert"><bdi>${said.notLoggedIn(user.name)}</bdi></p>
      <p><a href="/ops/login">${said.logIn}</a></p>`;
    return sendOpsPage(reply, { status: 403, title: said.somebodyElse, language: said.locale, body });
  }
  const entry = { ...entryOf(request, addressOf(request.raw)), ...byPerson(session) };
  await trail.write("people", { kind: "login", ...entry, details: { sub: subjectOf(user.claims), proof: true } });
  await sessions.prove(session.login.handle);
  return sendOpsPage(reply, provenPage(said));
}

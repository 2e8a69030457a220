import type { IncomingMessage } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ApiError, type ApiErrorCode } from "../../errors/api-error.ts";
import type { Scope } from "../../scope.ts";
import { aboutOf, byPerson, entryOf } from "../audit/audit-acts.ts";
import type { AuditTrail } from "../audit/audit-trail.ts";
import { html } from "../html.ts";
import { sendOpsPage } from "../ops-page.ts";
import { leaveOutChanges } from "./leave-out-changes.ts";
import { hasRight, type OpsRule } from "./ops-routes.ts";
import type { OpsSession, OpsSessions } from "./ops-session.ts";
import type { OpsRole } from "./ops-users.ts";
import { refuseOtherOrigins } from "./same-origin.ts";
import { sessionCookie } from "./session-cookie.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Of every route under `/ops`. */
    ops?: OpsRule;
  }
  interface FastifyRequest {
    /** Who asks, at routes under `/ops` that need a login. */
    opsSession: OpsSession | undefined;
  }
}

/** An act on many things that cannot be undone needs a proof of who asks that is not older. */
const proofMaxAgeMs = 5 * 60_000;

/** An answer that took no longer is for somebody who was logged in a moment ago. */
const waitedMs = 200;

export interface GuardOptions {
  readonly rules: Readonly<Record<string, OpsRule>>;
  readonly sessions: OpsSessions;
  /** What would change the hub is not registered. */
  readonly isReadOnly: boolean;
  readonly trail: Pick<AuditTrail, "note">;
  readonly addressOf: (request: IncomingMessage) => string;
}

/**
 * Stands in front of every route that is registered in a scope after it, those of plugins included: each has a rule, or the api does
 * not start.
 */
export function guardOps(scope: Scope, options: GuardOptions): void {
  const { rules, sessions, isReadOnly, trail, addressOf } = options;
  if (isReadOnly) leaveOutChanges(scope, rules);
  scope.decorateRequest("opsSession", undefined);
  scope.addHook("onRoute", (route) => {
    const [rule, ...others] = [route.method].flat().map((method) => ruleOf(rules, method, route.url));
    if (rule === undefined || others.some((other) => other !== rule)) {
      throw new Error(`${[route.method].flat().join()} ${route.url} has no rule in access/ops-routes.ts`);
    }
    route.config = { ...route.config, ops: rule };
  });
  scope.addHook("preSerialization", async (request, reply, answer) => {
    if (request.opsSession !== undefined && reply.elapsedTime > waitedMs) await beStillLoggedIn(request, sessions);
    return answer;
  });
  scope.addHook("onRequest", async (request, reply) => {
    const { ops: rule } = request.routeOptions.config;
    if (rule === undefined) throw new ApiError("internal", "a route without a rule");
    if (rule.right === "anyone") return refuseOtherOrigins(request);
    const session = await sessions.find(sessionCookie.read(request));
    if (session === undefined) return askToLogIn(request, reply);
    request.opsSession = session;
    refuseOtherOrigins(request);
    const right = isOfAll(request) ? (rule.rightOfAll ?? rule.right) : rule.right;
    if (hasRight(session.user.role, right)) return requireProof(session, rule);
    const entry = { ...entryOf(request, addressOf(request.raw)), ...byPerson(session), ...aboutOf(request) };
    await trail.note("refusals", { kind: "refused", ...entry, why: `has ${session.user.role}, needs ${right}` });
    return refuse(request, reply, right);
  });
}

/** What waits for something to happen may answer when its login has long been ended; an end counts at once. */
async function beStillLoggedIn(request: FastifyRequest, sessions: OpsSessions): Promise<void> {
  const session = await sessions.find(sessionCookie.read(request));
  if (session?.login.handle !== request.opsSession?.login.handle) throw sessionOver();
}

const sessionOver = () => new ApiError("unauthorized", "the session is over; log in again at /ops/login");

/** Of all groups. */
function isOfAll({ params }: FastifyRequest): boolean {
  return (params as { readonly id?: unknown }).id === "*";
}

/** A login that was left open on a desk, or whose cookie was taken, does not do the worst there is. */
function requireProof({ login }: OpsSession, { tier }: OpsRule): void {
  if (tier < 3 || login.proofAgeMs <= proofMaxAgeMs) return;
  const message = "this act needs a login of the last 5 minutes: show again who you are, at /ops/proof, and repeat it";
  throw new ApiError("proof_needed", message);
}

/** HEAD is what GET is. */
function ruleOf(rules: GuardOptions["rules"], method: string, url: string): OpsRule | undefined {
  return rules[`${method === "HEAD" ? "GET" : method} ${url}`];
}

/** Answers go to a program, which shows them as it likes. */
function isForProgram({ routeOptions: { url = "" } }: FastifyRequest): boolean {
  return ["/ops/queues/api/", "/ops/api/"].some((start) => url.startsWith(start));
}

/** People are sent to the login; calls of programs get a 401 they can show. */
function askToLogIn(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (isForProgram(request)) throw sessionOver();
  if (request.method !== "GET") return reply.redirect("/ops/login", 303);
  return reply.redirect(`/ops/login?next=${encodeURIComponent(request.url)}`);
}

function refuse(request: FastifyRequest, reply: FastifyReply, right: OpsRole): FastifyReply {
  const { name, role } = request.opsSession?.user ?? {};
  const needs = `\`${name}\` has the role \`${role}\`, and this needs \`${right}\` (ops.users)`;
  if (isForProgram(request)) {
    const error = { code: "forbidden" satisfies ApiErrorCode, message: `permission denied: ${needs}` };
    // For the console, which says it in the language of its page.
    return reply.code(403).send({ error, needs: right });
  }
  const body = html`<p role="alert">
      <code>${name}</code> has the role <code>${role}</code>, and this needs <code>${right}</code>.
    </p>
    <p lang="zh-CN"><code>${name}</code> 的角色是 <code>${role}</code>,此操作需要 <code>${right}</code>。</p>
    <p><a href="/ops">/ops</a></p>`;
  return sendOpsPage(reply, { status: 403, title: "Not allowed · 没有权限", body });
}

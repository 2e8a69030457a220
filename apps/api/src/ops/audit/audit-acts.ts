import type { IncomingMessage } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ApiErrorCode } from "../../errors/api-error.ts";
import type { Scope } from "../../scope.ts";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import type { OpsRule } from "../access/ops-routes.ts";
import type { OpsSession } from "../access/ops-session.ts";
import { termsOf } from "../acts/act-terms.ts";
import { movedFields } from "../acts/moved-fields.ts";
import type { StandingState, Witness } from "../acts/what-stands.ts";
import type { AuditEntry } from "./audit-entry.ts";
import type { AuditTrail } from "./audit-trail.ts";
import { redact, redactNames } from "./redact.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What the audit says is about to be done by this request. */
    audited: AuditEntry | undefined;
  }
}

export interface AuditActsOptions {
  readonly trail: AuditTrail;
  readonly addressOf: (request: IncomingMessage) => string;
  readonly witness: Witness;
}

/**
 * Tells of every act of a logged-in person before and after it, in a scope and those below, with what stood before and after. The intent
 * is written once the request is known to be allowed, well-formed and about what still stands as its author saw it; an act whose intent
 * cannot be written does not happen.
 */
export function auditActs(scope: Scope, { trail, addressOf, witness }: AuditActsOptions): void {
  scope.decorateRequest("audited", undefined);
  scope.addHook("preHandler", async (request, reply) => {
    const { opsSession } = request;
    const { ops: rule } = request.routeOptions.config;
    if (rule?.audited !== true || opsSession === undefined) return;
    const { reason, expected } = termsOf(request, rule);
    const before = await orUnavailable(witness(request));
    const moved = expected === undefined ? [] : movedFields(expected, before);
    if (moved.length > 0) return sendMoved(reply, moved, before);
    const intent: AuditEntry = {
      kind: "intent",
      ...entryOf(request, addressOf(request.raw)),
      ...byPerson(opsSession),
      ...told({ target: targetOf(request), details: detailsOf(request, rule), before, reason }),
    };
    await trail.write("people", intent);
    request.audited = intent;
  });
  scope.addHook("onSend", async (request, reply) => {
    const { audited } = request;
    if (audited === undefined) return;
    request.audited = undefined;
    await trail.note("people", outcomeOf(audited, reply, await stateAfter(request, witness)));
  });
}

/** With what is there now, so that a page can show what has moved. */
function sendMoved(reply: FastifyReply, moved: readonly string[], now: StandingState = {}): FastifyReply {
  const message = `it is not as you saw it: \`${moved.join("`, `")}\` moved; look at it and decide again`;
  return reply.code(409).send({ error: { code: "state_moved" satisfies ApiErrorCode, message }, now });
}

interface Parts {
  readonly target?: object;
  readonly details?: object;
  readonly before?: object | undefined;
  readonly after?: object | undefined;
  readonly reason?: string | undefined;
}

/** What there is to tell, without secrets. */
export function told(parts: Parts): Pick<AuditEntry, keyof Parts> {
  const isThere = (part: unknown) => (typeof part === "string" ? part !== "" : Object.keys(part ?? {}).length > 0);
  const kept = Object.entries(parts).filter(([, part]) => isThere(part));
  return Object.fromEntries(kept.map(([name, part]) => [name, name === "target" ? redactNames(part) : redact(part)]));
}

/** The act is over: that what stands now cannot be read is no reason to say that it failed. */
export async function stateAfter(request: FastifyRequest, witness: Witness): Promise<StandingState | undefined> {
  return witness(request).catch(() => undefined);
}

/** With its reason, so that it is found by it and each entry can be read by itself. */
export function outcomeOf(intent: AuditEntry, { statusCode }: FastifyReply, after?: StandingState): AuditEntry {
  const { details: _details, before: _before, ...outcome } = intent;
  return { ...outcome, kind: "outcome", ...told({ after }), status: statusCode };
}

/** What of an entry is in the request itself. */
export function entryOf({ id, method, routeOptions }: FastifyRequest, address: string) {
  return { act: id, via: "page" as const, address, action: `${method} ${routeOptions.url ?? ""}` };
}

/** What of an entry is told by who asks. */
export function byPerson({ user, login }: OpsSession) {
  return { actor: user.name, session: login.handle.slice(0, 8) };
}

/** What of an entry is told by what it is about. */
export function aboutOf(request: FastifyRequest): Pick<AuditEntry, "target"> {
  return told({ target: targetOf(request) });
}

/** The name of one thing stands in the path, or in the address where it may hold anything. */
function targetOf({ params, query }: FastifyRequest): object {
  const { client, user } = query as { readonly client?: string; readonly user?: string };
  return { ...(params as object), ...(client !== undefined && { client }), ...(user !== undefined && { user }) };
}

/** Fields by name: whatever else is in a body, such as what a task carries, stays out. */
export function detailsOf({ body }: FastifyRequest, { tells = [] }: Pick<OpsRule, "tells"> = {}): object {
  const fields = (typeof body === "object" ? (body ?? {}) : {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(tells.filter((name) => Object.hasOwn(fields, name)).map((name) => [name, fields[name]]));
}

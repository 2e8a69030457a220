import type { IncomingMessage } from "node:http";
import type { FastifyRequest } from "fastify";
import type { Scope } from "../../scope.ts";
import type { OpsSession } from "../access/ops-session.ts";
import type { AuditEntry } from "./audit-entry.ts";
import type { AuditTrail } from "./audit-trail.ts";
import { redact } from "./redact.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What the audit says is about to be done by this request. */
    audited: AuditEntry | undefined;
  }
}

export interface AuditActsOptions {
  readonly trail: AuditTrail;
  readonly addressOf: (request: IncomingMessage) => string;
}

/**
 * Tells of every act of a logged-in person before and after it, in a scope and those below. The intent is written once the request
 * is known to be allowed and well-formed; an act whose intent cannot be written does not happen.
 */
export function auditActs(scope: Scope, { trail, addressOf }: AuditActsOptions): void {
  scope.decorateRequest("audited", undefined);
  scope.addHook("preHandler", async (request) => {
    const { opsSession } = request;
    const { ops: rule } = request.routeOptions.config;
    if (rule?.audited !== true || opsSession === undefined) return;
    const entry = { ...entryOf(request, addressOf(request.raw)), ...byPerson(opsSession) };
    const target = redact(targetOf(request)) as object;
    const details = redact(detailsOf(request, rule.tells ?? [])) as object;
    const intent: AuditEntry = {
      kind: "intent",
      ...entry,
      ...(Object.keys(target).length > 0 && { target }),
      ...(Object.keys(details).length > 0 && { details }),
    };
    await trail.write("people", intent);
    request.audited = intent;
  });
  scope.addHook("onSend", async (request, reply) => {
    const { audited } = request;
    if (audited === undefined) return;
    request.audited = undefined;
    const { details: _, ...outcome } = audited;
    await trail.note("people", { ...outcome, kind: "outcome", status: reply.statusCode });
  });
}

/** What of an entry is in the request itself. */
export function entryOf({ id, method, routeOptions }: FastifyRequest, address: string) {
  return { act: id, via: "page" as const, address, action: `${method} ${routeOptions.url ?? ""}` };
}

/** What of an entry is told by who asks. */
export function byPerson({ user, login }: OpsSession) {
  return { actor: user.name, session: login.handle.slice(0, 8) };
}

/** The name of one thing stands in the path, or in the address where it may hold anything. */
function targetOf({ params, query }: FastifyRequest): object {
  const { client, user } = query as { readonly client?: string; readonly user?: string };
  return { ...(params as object), ...(client !== undefined && { client }), ...(user !== undefined && { user }) };
}

/** Fields by name: whatever else is in a body, such as what a task carries, stays out. */
function detailsOf({ body }: FastifyRequest, names: readonly string[]): object {
  const fields = (typeof body === "object" ? (body ?? {}) : {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(names.filter((name) => Object.hasOwn(fields, name)).map((name) => [name, fields[name]]));
}

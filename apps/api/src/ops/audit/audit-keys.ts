import { randomUUID } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { ApiKey } from "../../access/api-keys.ts";
import type { RpcCommand } from "../../rpc/rpc-command.ts";
import type { Scope } from "../../scope.ts";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import { type OpsRule, opsRoutes } from "../access/ops-routes.ts";
import { reasonIn } from "../acts/act-terms.ts";
import { type AuditActsOptions, detailsOf, entryOf, outcomeOf, stateAfter, told } from "./audit-acts.ts";
import type { AuditEntry } from "./audit-entry.ts";
import type { AuditTrail } from "./audit-trail.ts";
import { redactNames } from "./redact.ts";

export interface KeyAudit {
  /** Tells of the acts of a scope behind a key. */
  watch(scope: Scope): void;
  /** The same for a command, which may be one of a batch. */
  watchCommand(command: RpcCommand): RpcCommand;
  /** A key lacks the scope that a request needs. */
  refused(request: FastifyRequest, key: ApiKey, scope: string): void;
}

/** What back ends do all day: it is counted, not told. Whatever else changes something is told. */
const traffic = new Set([
  "POST /v1/connections/:client/message",
  "POST /v1/connections/:client/channels",
  "POST /v1/users/:user/channels",
  "PUT /v1/connections/:client/meta",
  "PATCH /v1/connections/:client/meta",
  "POST /v1/users/status",
  "POST /v1/tasks",
  "POST /v1/tasks/batch",
  "POST /v1/bulk-acts/count",
  "POST /v1/schedules/preview",
  "POST /v1/inbox",
  "PUT /v1/inbox/:user/preferences",
  ...["read", "unread", "archive", "unarchive", "seen", "items/:id/act"].map((verb) => `POST /v1/inbox/:user/${verb}`),
  "DELETE /v1/inbox/:user/items/:id",
]);

/** Commands of the server API that an operator would want to hear of. */
const toldCommands = new Set([
  "disconnect",
  "revoke",
  "revoke_token",
  "invalidate_user_tokens",
  "block_user",
  "unblock_user",
  "history_remove",
]);

export function createKeyAudit({ trail, addressOf, witness }: AuditActsOptions): KeyAudit {
  const entryFor = (request: FastifyRequest, { name }: ApiKey) => ({
    ...entryOf(request, addressOf(request.raw)),
    actor: name,
    via: "key" as const,
  });
  return {
    watch(scope) {
      scope.decorateRequest("audited", undefined);
      scope.addHook("preHandler", async (request) => {
        const entry = entryFor(request, request.apiKey);
        if (request.method === "GET" || request.method === "HEAD" || traffic.has(entry.action)) return;
        const before = await orUnavailable(witness(request));
        const about = { target: request.params as object, details: detailsOf(request, ruleFor(entry.action)) };
        const intent: AuditEntry = {
          kind: "intent",
          ...entry,
          ...told({ ...about, before, reason: reasonIn(request.body) }),
        };
        await trail.write("keys", intent);
        request.audited = intent;
      });
      scope.addHook("onSend", async (request, reply) => {
        const { audited } = request;
        if (audited === undefined) return;
        request.audited = undefined;
        await trail.note("keys", outcomeOf(audited, reply, await stateAfter(request, witness)));
      });
    },
    watchCommand: (command) => (toldCommands.has(command.method) ? watched(command, trail) : command),
    refused: (request, key, scope) =>
      void trail.note("refusals", { kind: "refused", ...entryFor(request, key), why: `lacks the scope ${scope}` }),
  };
}

/** The same act from the console, which says what of a body is told. */
function ruleFor(action: string): OpsRule | undefined {
  const twin = action.replace(" /v1/", " /ops/api/");
  return Object.hasOwn(opsRoutes, twin) ? opsRoutes[twin] : undefined;
}

function watched(command: RpcCommand, trail: AuditTrail): RpcCommand {
  return {
    ...command,
    async call(params, caller) {
      const entry = { act: randomUUID(), actor: caller.apiKey.name, via: "key" as const, action: command.method };
      const told = { ...entry, target: targetOf(params) };
      await trail.write("keys", { kind: "intent", ...told });
      try {
        const result = await command.call(params, caller);
        await trail.note("keys", { kind: "outcome", ...told });
        return result;
      } catch (error) {
        await trail.note("keys", { kind: "outcome", ...told, why: error instanceof Error ? error.message : "failed" });
        throw error;
      }
    },
  };
}

/** Whom or what a command names; the id of a token is no secret, and opens nothing. */
function targetOf(params: unknown): object {
  const { user, client, channel, token_id } = (params ?? {}) as Readonly<Record<string, unknown>>;
  return redactNames(JSON.parse(JSON.stringify({ user, client, channel, token_id }))) as object;
}

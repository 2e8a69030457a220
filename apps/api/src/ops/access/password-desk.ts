import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyRequest } from "fastify";
import { entryOf } from "../audit/audit-acts.ts";
import type { AuditTrail } from "../audit/audit-trail.ts";
import type { OpsUser, OpsUsers } from "./ops-users.ts";
import { createPasswordLimit } from "./password-limit.ts";

export interface PasswordDesk {
  /** @returns the user whose password it is; undefined when it is wrong, or why it was not looked at */
  judge(
    request: FastifyRequest,
    given: { readonly name: string; readonly password: string },
  ): Promise<OpsUser | { readonly secondsToWait: number } | undefined>;
}

export interface PasswordDeskParts {
  readonly users: OpsUsers;
  readonly trail: Pick<AuditTrail, "note">;
  readonly addressOf: (request: IncomingMessage) => string;
}

/** The one place where passwords are judged: whatever asks for one is as slow for a guesser, and tells of wrong ones. */
export function createPasswordDesk({ users, trail, addressOf }: PasswordDeskParts): PasswordDesk {
  const limit = createPasswordLimit();
  return {
    async judge(request, { name, password }) {
      const address = addressOf(request.raw);
      const verdict = limit.admit(address);
      if ("secondsToWait" in verdict) return verdict;
      if (verdict.delayMs > 0) await sleep(verdict.delayMs);
      const user = await users.judge(name, password);
      if (user === undefined) {
        const actor = users.find(name, "")?.name ?? "unknown";
        await trail.note("refusals", { kind: "refused", ...entryOf(request, address), actor, why: "wrong password" });
        return undefined;
      }
      verdict.forgive();
      return user;
    },
  };
}

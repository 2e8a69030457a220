import type { AuditEntry } from "../audit/audit-entry.ts";
import type { AuditTrail } from "../audit/audit-trail.ts";
import type { OpsSessions } from "./ops-session.ts";
import type { OpsUser } from "./ops-users.ts";

export interface LoginEntry extends Pick<AuditEntry, "act" | "via" | "action" | "details"> {
  readonly address: string;
}

export interface LoginPlace {
  readonly sessions: Pick<OpsSessions, "begin" | "end">;
  readonly trail: Pick<AuditTrail, "write">;
}

/**
 * Lets somebody in and tells of it, with the session that their acts are told under. Told afterwards: a login that Redis did not take was
 * none. One that cannot be told of is ended again, and nobody was given its cookie.
 * @returns what the cookie holds
 */
export async function beginLogin(user: OpsUser, entry: LoginEntry, { sessions, trail }: LoginPlace): Promise<string> {
  const { id, handle } = await sessions.begin(user, entry.address);
  try {
    await trail.write("people", { kind: "login", ...entry, actor: user.name, session: handle.slice(0, 8) });
  } catch (error) {
    await sessions.end(handle).catch(() => undefined);
    throw error;
  }
  return id;
}

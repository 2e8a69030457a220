import type { Login } from "@switchyard/broker/logins";
import type { OpsUser } from "./ops-users.ts";

/**
 * Whether a login is of somebody. Names of the settings are one person's; a name at an identity provider may be given to another one day,
 * so whom it has vouched for are told apart by its own name for them.
 */
export function isSamePerson(login: Pick<Login, "actor" | "claims">, user: Pick<OpsUser, "name" | "claims">): boolean {
  if (login.claims === "" || user.claims === "") return login.claims === user.claims && login.actor === user.name;
  return subjectOf(login.claims) === subjectOf(user.claims);
}

/** The provider's own name of somebody, which it gives to nobody else. @param claims as a login keeps them */
export function subjectOf(claims: string): string {
  return (JSON.parse(claims) as { readonly sub: string }).sub;
}

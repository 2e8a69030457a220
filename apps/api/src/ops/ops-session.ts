import { createHmac, randomBytes } from "node:crypto";
import type { Logins } from "@switchyard/broker/redis-logins";
import { secretsMatch } from "@switchyard/runtime/secrets-match";

/** Who has shown the password, until they log out or for 12 hours, whichever comes first. Any api process takes the cookie. */
export interface OpsSessions {
  /** Begins a session; returns what the cookie holds. */
  begin(): Promise<string>;
  isValid(id: string): Promise<boolean>;
  /** The id opens nothing from now on, wherever a copy of it lies. */
  end(id: string): Promise<void>;
}

export const sessionSeconds = 12 * 3600;

/**
 * A session is 256 random bits that Redis knows by their digest: there is no key to sign with, so none to steal or to guess,
 * and an end is an end. Signed cookies were here before; they stayed good after logging out, and what signed them was made
 * from the password and the API key.
 *
 * Beside each stands a keyed digest of the password, with the id as the key: a new password ends all sessions, and what is in
 * Redis does not let anybody guess at the password.
 */
export function createOpsSessions(password: string, logins: Logins): OpsSessions {
  const noteFor = (id: string) => createHmac("sha256", id).update(password).digest("base64url");
  return {
    async begin() {
      const id = randomBytes(32).toString("base64url");
      await logins.keep(id, noteFor(id), sessionSeconds * 1_000);
      return id;
    },
    isValid: async (id) => wellFormed.test(id) && secretsMatch((await logins.read(id)) ?? "", noteFor(id)),
    end: async (id) => {
      if (wellFormed.test(id)) await logins.end(id);
    },
  };
}

/** Anything else is none of ours, and Redis is not asked about it. */
const wellFormed = /^[-\w]{43}$/;

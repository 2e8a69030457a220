import { createHmac, randomBytes } from "node:crypto";
import type { Login, Logins } from "@switchyard/broker/logins";
import { secretsMatch } from "@switchyard/runtime/secrets-match";
import type { OpsUser, OpsUsers } from "./ops-users.ts";

/** A login that is good now. */
export interface OpsSession {
  readonly user: OpsUser;
  readonly login: Login;
  /** False: their role, or `ops.read_only`, lets them look only. */
  readonly mayAct: boolean;
}

/** Who has logged in. Every api process takes the cookie, and asks Redis at each request, so an end is an end everywhere. */
export interface OpsSessions {
  /** Begins a session; returns what the cookie holds. */
  begin(user: OpsUser, address: string): Promise<string>;
  /** @param id what the cookie holds */
  find(id: string): Promise<OpsSession | undefined>;
  list(): Promise<readonly Login[]>;
  /** The login opens nothing from now on, wherever a copy of its cookie lies. */
  end(handle: string): Promise<void>;
}

export interface OpsSessionParts {
  readonly users: OpsUsers;
  readonly logins: Logins;
  readonly isReadOnly: boolean;
}

/**
 * A session is 256 random bits that Redis knows by their digest: there is no key to sign with, so none to steal or to guess,
 * and an end is an end. Signed cookies were here before; they stayed good after logging out, and what signed them was made
 * from the password and the API key.
 *
 * Beside each stands a keyed digest of name, role and password, with the id as the key: a change of any of them ends the session,
 * and what is in Redis does not let anybody guess at the password.
 */
export function createOpsSessions({ users, logins, isReadOnly }: OpsSessionParts): OpsSessions {
  return {
    async begin(user, address) {
      const id = randomBytes(32).toString("base64url");
      await logins.begin(id, { note: noteFor(id, user), actor: user.name, address });
      return id;
    },
    async find(id) {
      const login = wellFormed.test(id) ? await logins.use(id) : undefined;
      const user = login && users.find(login.actor);
      if (login === undefined || user === undefined || !secretsMatch(login.note, noteFor(id, user))) return undefined;
      return { user, login, mayAct: !isReadOnly && user.role !== "viewer" };
    },
    list: () => logins.list(),
    end: (handle) => logins.end(handle),
  };
}

const noteFor = (id: string, { standing }: OpsUser) => createHmac("sha256", id).update(standing).digest("base64url");

/** Anything else is none of ours, and Redis is not asked about it. */
const wellFormed = /^[-\w]{43}$/;

import { createHmac, randomBytes } from "node:crypto";
import type { Login, Logins, UsedLogin } from "@switchyard/broker/logins";
import { secretsMatch } from "@switchyard/runtime/secrets-match";
import type { OpsUser, OpsUsers } from "./ops-users.ts";

/** A login that is good now. */
export interface OpsSession {
  readonly user: OpsUser;
  readonly login: UsedLogin;
  /** False: their role, or `ops.read_only`, lets them look only. */
  readonly mayAct: boolean;
}

/** Who has logged in. Every api process takes the cookie, and asks Redis at each request, so an end is an end everywhere. */
export interface OpsSessions {
  /** Begins a session. */
  begin(user: OpsUser, address: string): Promise<BegunSession>;
  /** @param id what the cookie holds */
  find(id: string): Promise<OpsSession | undefined>;
  list(): Promise<readonly Login[]>;
  /** Who has the login has shown again who they are. */
  prove(handle: string): Promise<void>;
  /** The login opens nothing from now on, wherever a copy of its cookie lies. */
  end(handle: string): Promise<void>;
}

export interface BegunSession {
  /** What the cookie holds. */
  readonly id: string;
  /** Names it to people and to `end`; it opens nothing. */
  readonly handle: string;
}

export interface OpsSessionParts {
  /** Finds by name whom the settings name, and by claims whom an identity provider has vouched for. */
  readonly users: Pick<OpsUsers, "find">;
  readonly logins: Logins;
  readonly isReadOnly: boolean;
}

/**
 * A session is 256 random bits that Redis knows by their digest: there is no key to sign with, so none to steal or to guess,
 * and an end is an end. Signed cookies were here before; they stayed good after logging out, and what signed them was made
 * from the password and the API key.
 *
 * Beside each stands a keyed digest of everything the login rests on, with the id as the key: a change of name, role, password or of the
 * settings that make a role of a claim ends the session, and what is in Redis does not let anybody guess at a password. Who can write to
 * Redis cannot make a login either: a part of what it rests on is a secret of the settings.
 */
export function createOpsSessions({ users, logins, isReadOnly }: OpsSessionParts): OpsSessions {
  return {
    async begin(user, address) {
      const id = randomBytes(32).toString("base64url");
      const handle = await logins.begin(id, {
        note: noteFor(id, user),
        actor: user.name,
        address,
        claims: user.claims,
      });
      return { id, handle };
    },
    async find(id) {
      const login = wellFormed.test(id) ? await logins.use(id) : undefined;
      const user = login && users.find(login.actor, login.claims);
      if (login === undefined || user === undefined || !secretsMatch(login.note, noteFor(id, user))) return undefined;
      return { user, login, mayAct: !isReadOnly && user.role !== "viewer" };
    },
    list: () => logins.list(),
    prove: (handle) => logins.prove(handle).then(() => undefined),
    end: (handle) => logins.end(handle),
  };
}

const noteFor = (id: string, { standing }: OpsUser) => createHmac("sha256", id).update(standing).digest("base64url");

/** Anything else is none of ours, and Redis is not asked about it. */
const wellFormed = /^[-\w]{43}$/;

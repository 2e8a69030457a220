/**
 * Logins to the pages of operators, known to every api process: one that is ended is ended everywhere, and each ends by itself, when
 * nobody has used it for a while and in any case after its life. Redis is given a digest of the id only, so whoever reads Redis, or a
 * backup of it, can log in with nothing found there.
 *
 * Everything throws HubError 100 when Redis does not answer.
 */
export interface Logins {
  /** @returns its handle */
  begin(id: string, login: LoginBegin): Promise<string>;
  /** Undefined when there is no such login, or none any more. Puts off its end by idleness. */
  use(id: string): Promise<UsedLogin | undefined>;
  /** Those that have not ended, the newest first. */
  list(): Promise<readonly Login[]>;
  /** Its owner has shown again who they are. False: it has ended. @param handle of {@link Login} */
  prove(handle: string): Promise<boolean>;
  /** @param handle of {@link Login} */
  end(handle: string): Promise<void>;
  close(): Promise<void>;
}

export interface LoginBegin {
  /** Handed back by {@link Logins.use}. */
  readonly note: string;
  readonly actor: string;
  readonly address: string;
  /** What somebody else has said of the actor, handed back as it is; empty where nobody was asked. */
  readonly claims: string;
}

export interface Login extends LoginBegin {
  /** Names it to people and to `end`; it opens nothing. */
  readonly handle: string;
  readonly beganAtMs: number;
  readonly seenAtMs: number;
  /** At the latest. */
  readonly endsAtMs: number;
}

export interface UsedLogin extends Login {
  /** Since its owner has last shown who they are, by Redis' clock. */
  readonly proofAgeMs: number;
}

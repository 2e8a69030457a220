/**
 * Shutting somebody out before their token runs out: a user with everything issued so far, one token, or one connection. Or for a
 * time, with tokens old and new: a user who is blocked.
 *
 * A revocation is kept in Redis until no token it could concern is valid any more, and announced. Every gateway knows all of
 * them in memory, so checking a token asks nobody. An announcement can be missed; therefore a gateway also compares a counter
 * once a second and reads the list again when it differs, and after every lost connection. A gateway that can reach Redis
 * knows a revocation within 2 s, whatever happened before.
 */
export interface Revoker {
  /** @throws HubError 100 (temporary) when Redis does not answer in time; revoking twice does no harm. */
  revoke(request: RevocationRequest): Promise<Revocation>;
  /** Keeps a user out, with whatever token, until then or until {@link unblock}. @throws HubError as {@link revoke} does */
  block(user: string, untilMs?: number): Promise<void>;
  /** Returns whether the user was blocked. @throws HubError as {@link revoke} does */
  unblock(user: string): Promise<boolean>;
  /** Asks Redis until when the user is blocked; Infinity: until unblocked, undefined: not blocked. @throws HubError as {@link revoke} does */
  blockedUntil(user: string): Promise<number | undefined>;
  close(): Promise<void>;
}

/** A gateway's side. */
export interface Revocations extends Revoker {
  /** From memory: true when any of them concerns this bearer, blocks of its user included. */
  isRevoked(bearer: Bearer): boolean;
  /** From memory: whether the user is blocked. */
  isBlocked(user: string): boolean;
  /** Begins to know: resolves when the list has been read; from then on `onRevoked` is told what is new to this process. */
  follow(onRevoked: (news: readonly Revocation[]) => void): Promise<void>;
}

/** `untilMs`: forget it then; at the latest when the longest-lived token concerned has expired. Default in a day. */
export type RevocationRequest = { readonly untilMs?: number } &
  /** `issuedBeforeMs`: tokens issued from then on are good; default now, by Redis' clock. */
  (
    | { readonly user: string; readonly issuedBeforeMs?: number }
    | { readonly tokenId: string }
    | { readonly client: string }
  );

/** `unblock` takes a `block` back. It is kept like one, so that a process that missed it cannot bring the block back. */
export const revocationKinds = ["user", "token", "client", "block", "unblock"] as const;

export interface Revocation {
  readonly kind: (typeof revocationKinds)[number];
  readonly id: string;
  /**
   * By Redis' clock. A user's tokens issued from then on are good. Of several blocks and unblocks of one user the one with the
   * largest stands; Redis makes each larger than the one before, whatever its clock does.
   */
  readonly beforeMs: number;
  readonly untilMs: number;
}

/** A token, or a connection made with one. Fields that are empty or absent concern nothing. */
export interface Bearer {
  readonly user?: string | undefined;
  readonly tokenId?: string;
  readonly client?: string;
  /** Undefined counts as before every revocation: nobody can say that it was not. */
  readonly issuedAtMs?: number | undefined;
}

/** By what right a subscription lasts, when a token gave it; most have none of this, so it is one field of theirs. */
export interface SubscriptionAccess {
  /** Shown to other subscribers of the channel, beside the connection's own info. */
  readonly info?: unknown;
  /** Undefined: it lasts as long as the connection. */
  readonly expiresAtMs?: number | undefined;
  /** Of the token, for revocations; absent when the connection's token gave it. */
  readonly token?: { readonly user: string; readonly tokenId: string; readonly issuedAtMs: number | undefined };
}

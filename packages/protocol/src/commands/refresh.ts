import Type, { type Static } from "typebox";

export const RefreshRequest = Type.Object({ token: Type.String() });
export type RefreshRequest = Static<typeof RefreshRequest>;

/** `ttl` is the seconds until the new token expires. */
export interface RefreshResult {
  readonly client: string;
  readonly version: string;
  readonly expires?: true;
  readonly ttl?: number;
}

export const SubRefreshRequest = Type.Object({ channel: Type.String(), token: Type.Optional(Type.String()) });
export type SubRefreshRequest = Static<typeof SubRefreshRequest>;

/** `ttl` is the seconds until the new token expires. */
export interface SubRefreshResult {
  readonly expires?: true;
  readonly ttl?: number;
}

import Type, { type Static } from "typebox";

export const SubRefreshRequest = Type.Object({ channel: Type.String(), token: Type.Optional(Type.String()) });
export type SubRefreshRequest = Static<typeof SubRefreshRequest>;

/** `ttl` is the seconds until the new token expires. */
export interface SubRefreshResult {
  readonly expires?: true;
  readonly ttl?: number;
}

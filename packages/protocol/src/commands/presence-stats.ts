import Type, { type Static } from "typebox";

export const PresenceStatsRequest = Type.Object({ channel: Type.String() });
export type PresenceStatsRequest = Static<typeof PresenceStatsRequest>;

/** Both are always there. Clients without a user id are together one user. */
export interface PresenceStatsResult {
  readonly num_clients: number;
  readonly num_users: number;
}

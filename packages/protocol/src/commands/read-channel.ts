import Type, { type Static } from "typebox";

/** `limit` absent or 0 reads the position alone; negative asks for as many as the server allows. */
export const HistoryRequest = Type.Object({
  channel: Type.String(),
  limit: Type.Optional(Type.Integer()),
  /** An offset no stream can reach is refused by name, not taken for a broken protocol. */
  since: Type.Optional(
    Type.Object({ offset: Type.Optional(Type.Integer({ minimum: 0 })), epoch: Type.Optional(Type.String()) }),
  ),
  reverse: Type.Optional(Type.Boolean()),
});
export type HistoryRequest = Static<typeof HistoryRequest>;

/** Of who is there, and of how many. */
export const PresenceRequest = Type.Object({ channel: Type.String() });
export type PresenceRequest = Static<typeof PresenceRequest>;

/** Both are always there. Clients without a user id are together one user. */
export interface PresenceStatsResult {
  readonly num_clients: number;
  readonly num_users: number;
}

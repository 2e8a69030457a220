import Type, { type Static } from "typebox";

export const PresenceRequest = Type.Object({ channel: Type.String() });
export type PresenceRequest = Static<typeof PresenceRequest>;

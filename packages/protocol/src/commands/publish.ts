import Type, { type Static } from "typebox";

export const PublishRequest = Type.Object({ channel: Type.String(), data: Type.Optional(Type.Unknown()) });
export type PublishRequest = Static<typeof PublishRequest>;

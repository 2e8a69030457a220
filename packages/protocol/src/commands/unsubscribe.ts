import Type, { type Static } from "typebox";

export const UnsubscribeRequest = Type.Object({ channel: Type.String() });
export type UnsubscribeRequest = Static<typeof UnsubscribeRequest>;

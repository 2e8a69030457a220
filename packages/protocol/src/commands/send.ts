import Type, { type Static } from "typebox";

/** A message without a reply, and so without an id. */
export const SendRequest = Type.Object({ data: Type.Optional(Type.Unknown()) });
export type SendRequest = Static<typeof SendRequest>;

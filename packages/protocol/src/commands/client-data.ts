import Type, { type Static } from "typebox";

/** Data from a client to everybody in a channel. */
export const PublishRequest = Type.Object({ channel: Type.String(), data: Type.Optional(Type.Unknown()) });
export type PublishRequest = Static<typeof PublishRequest>;

/** Data to the back end, which answers. */
export const RpcRequest = Type.Object({ method: Type.Optional(Type.String()), data: Type.Optional(Type.Unknown()) });

/** Data to the back end without a reply, and so without an id. */
export const SendRequest = Type.Object({ data: Type.Optional(Type.Unknown()) });

import Type, { type Static } from "typebox";

export const RpcRequest = Type.Object({ method: Type.Optional(Type.String()), data: Type.Optional(Type.Unknown()) });
export type RpcRequest = Static<typeof RpcRequest>;

import type { Control } from "@switchyard/broker/control";
import type { NodeCommand } from "@switchyard/broker/node-command";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import Type from "typebox";
import { Concerned, toConcerned } from "../connections/concerned.ts";
import { infoFields, readInfo, readTarget, targetFields } from "../connections/connection-fields.ts";
import { readUnixTime, UnixTime } from "../connections/unix-time.ts";
import { defineRpc, type RpcCommand } from "../rpc/rpc-command.ts";

const refreshSpec = {
  method: "refresh",
  effect: "settles" as const,
  summary: "Move the end of a user's connections",
  description:
    "Without `expire_at` they do not expire any more. With `expired` they are closed at once (3005). With `info` others see them by that from now on, in presence too; without it as before. They are told by a `refresh` push.",
  body: Type.Object(
    {
      ...targetFields,
      ...infoFields,
      expire_at: Type.Optional(UnixTime("When it ends; 0 is never.")),
      expired: Type.Optional(Type.Boolean({ default: false, description: "They have expired." })),
    },
    {
      additionalProperties: false,
      examples: [
        { user: "alice", expire_at: 4_102_444_800 },
        { user: "alice", expire_at: "2100-01-01T00:00:00Z" },
      ],
    },
  ),
  result: Concerned,
  results: [{ connections: 3 }],
};

/** `POST /api/refresh`, Centrifugo's. */
export function refresh({ control }: { readonly control: Pick<Control, "ask"> }): RpcCommand {
  return defineRpc(refreshSpec, async ({ expire_at, expired = false, ...fields }) => {
    const target = readTarget(fields);
    const info = readInfo(fields);
    // A time that has passed is no time to move to: a gateway would still wait for the client to bring a new token.
    const expiresAtMs = readUnixTime(expire_at, "expire_at");
    const isOver = expired || (expiresAtMs !== undefined && expiresAtMs <= Date.now());
    const command: NodeCommand = isOver
      ? { kind: "disconnect", target, disconnect: disconnectCodes.connectionExpired }
      : {
          kind: "refresh",
          target,
          expiresAtMs: expiresAtMs ?? null,
          ...(info !== undefined && { info }),
        };
    return toConcerned(await control.ask(command));
  });
}

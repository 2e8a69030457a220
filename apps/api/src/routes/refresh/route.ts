import type { Control } from "@switchyard/broker/control";
import type { NodeCommand } from "@switchyard/broker/node-command";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { toConcerned } from "../../connections/concerned.ts";
import { readInfo } from "../../connections/connection-info.ts";
import { readTarget } from "../../connections/connection-target.ts";
import { readUnixTime } from "../../connections/unix-time.ts";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";
import { refreshSpec } from "./schema.ts";

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

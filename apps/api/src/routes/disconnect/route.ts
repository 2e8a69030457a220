import type { Control } from "@switchyard/broker/control";
import { readCloseReason } from "../../connections/close-reason.ts";
import { toConcerned } from "../../connections/concerned.ts";
import { readTarget } from "../../connections/connection-fields.ts";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";
import { disconnectSpec } from "./schema.ts";

/** `POST /api/disconnect`, Centrifugo's. */
export function disconnect({ control }: { readonly control: Pick<Control, "ask"> }): RpcCommand {
  return defineRpc(disconnectSpec, async ({ whitelist, disconnect: reason, ...fields }) => {
    const answers = await control.ask({
      kind: "disconnect",
      target: readTarget(fields),
      disconnect: readCloseReason(reason ?? {}, "disconnect.reason"),
      ...(whitelist !== undefined && { except: whitelist }),
    });
    return toConcerned(answers);
  });
}

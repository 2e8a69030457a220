import { toConcerned } from "../../connections/concerned.ts";
import { readTarget } from "../../connections/connection-target.ts";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";
import type { SubscribeDeps } from "../subscribe/route.ts";
import { unsubscribeSpec } from "./schema.ts";

/** `POST /api/unsubscribe`, Centrifugo's. */
export function unsubscribe({ control, checkChannel }: SubscribeDeps): RpcCommand {
  return defineRpc(unsubscribeSpec, async (fields, { apiKey }) => {
    const { channel } = checkChannel(fields.channel, { field: "channel", use: "unsubscribe", apiKey });
    return toConcerned(await control.ask({ kind: "unsubscribe", target: readTarget(fields), channel }));
  });
}

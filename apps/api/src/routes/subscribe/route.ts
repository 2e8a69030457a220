import type { Control } from "@switchyard/broker/control";
import type { ChannelCheck } from "../../channels/check-channel.ts";
import { toConcerned } from "../../connections/concerned.ts";
import { readTarget } from "../../connections/connection-target.ts";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";
import { subscribeSpec } from "./schema.ts";

export interface SubscribeDeps {
  readonly control: Pick<Control, "ask">;
  readonly checkChannel: ChannelCheck;
}

/** `POST /api/subscribe`, Centrifugo's. */
export function subscribe({ control, checkChannel }: SubscribeDeps): RpcCommand {
  return defineRpc(subscribeSpec, async ({ channel, ...fields }) => {
    checkChannel(channel, "channel");
    return toConcerned(await control.ask({ kind: "subscribe", target: readTarget(fields), channel }));
  });
}
